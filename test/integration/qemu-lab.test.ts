import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { incomingAnswer, qemuHostsFile, qemuVmNotes } from '../../src/main/adapters/qemu/hosts-file.ts'
import { QmpClient } from '../../src/main/adapters/qemu/qmp-client.ts'
import { longshoreCommand } from '../../src/main/cli/longshore-command.ts'
import { describeReal } from '../support/describe-real.ts'
import { filesOn, GUEST_BYTES, leftOf, listenToGuest, realHosts } from '../support/real-guests.ts'

const [program = '', ...words] = longshoreCommand()
const hostCommand = (folder: string, ...args: readonly string[]) =>
  promisify(execFile)(program, [...words, 'qemu-host', '--folder', folder, ...args])

const eventData = z.object({ status: z.string().optional(), pass: z.number().optional() })

/** Moves a guest by what QMP offers, without the engine: first live rounds, then post-copy. */
const moveHybrid = async (source: QmpClient, destination: QmpClient, uri: string) => {
  const capabilities = ['events', 'postcopy-ram'].map(capability => ({ capability, state: true }))
  for (const side of [source, destination])
    await side.ask({ command: 'migrate-set-capabilities', args: { capabilities }, answer: z.unknown() })
  await destination.ask({ command: 'migrate-incoming', args: { uri }, answer: z.unknown() })
  const limits = { 'max-bandwidth': 2 ** 26, 'max-postcopy-bandwidth': 2 ** 26 }
  await source.ask({ command: 'migrate-set-parameters', args: limits, answer: z.unknown() })
  const ended = new Promise<string>(resolve =>
    source.onEvent(({ name, data }) => {
      if (!name.startsWith('MIGRATION')) return
      const { status, pass } = eventData.parse(data)
      if (name === 'MIGRATION_PASS' && pass === 2)
        void source.ask({ command: 'migrate-start-postcopy', answer: z.unknown() })
      if (name === 'MIGRATION' && (status === 'completed' || status === 'failed')) resolve(status)
    }),
  )
  await source.ask({ command: 'migrate', args: { uri }, answer: z.unknown() })
  return ended
}

await describeReal('a lab of real VMs', parts => {
  test('moves a guest that writes, by its host command, with every page as it was', async () => {
    const hosts = realHosts(parts)
    onTestFinished(async () => {
      await hosts.close()
      expect(leftOf(hosts.folder)).toEqual([])
    })
    const here = await hosts.start('writer', 'uniform 64 5000')
    const guest = listenToGuest()
    onTestFinished(() => guest.close())
    await guest.listen(here.serial)
    await guest.beat(({ writes }) => writes > 5000)

    const { stdout } = await hostCommand(hosts.destination, 'incoming', 'writer', String(GUEST_BYTES))
    const { qmp, uri } = incomingAnswer.parse(JSON.parse(stdout))
    const there = filesOn(hosts.destination, 'writer')
    await guest.listen(there.serial)
    await expect(hostCommand(hosts.source, 'discard', 'writer')).rejects.toThrow(/writer is running here/)

    const [source, destination] = [new QmpClient(here.qmp), new QmpClient(qmp)]
    onTestFinished(() => Promise.all([source.close(), destination.close()]).then(() => {}))
    expect(await moveHybrid(source, destination, uri)).toBe('completed')
    const { sequence } = guest.log.last ?? { sequence: 0 }
    await guest.beat(beat => beat.sequence > sequence + 10)
    guest.say('stop')
    expect(await guest.verify()).toBe(0)
    expect(guest.log.badPages).toBe(0)

    await hostCommand(hosts.source, 'discard', 'writer')
    expect(existsSync(here.qmp)).toBe(false)
    await expect(hostCommand(hosts.destination, 'discard', 'writer')).rejects.toThrow(
      /writer is running here/,
    )
  })

  test('says where it is, ends with its command, and is swept away when that was killed', async () => {
    const dataFolder = mkdtempSync(path.join(tmpdir(), 'longshore-data-'))
    onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }))
    const runLab = async () => {
      const env = { ...process.env, LONGSHORE_DATA: dataFolder }
      const child = spawn(program, [...words, 'lab', '--qemu'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
      onTestFinished(() => void child.kill('SIGTERM'))
      const exited = once(child, 'close')
      const [line] = await once(createInterface({ input: child.stdout }), 'line')
      const { hostsFile } = z.object({ hostsFile: z.string() }).parse(JSON.parse(String(line)))
      return { child, exited, folder: path.dirname(hostsFile), hostsFile }
    }
    const killed = await runLab()
    const { hosts } = qemuHostsFile.parse(JSON.parse(readFileSync(killed.hostsFile, 'utf8')))
    expect(hosts.map(({ name }) => name)).toEqual(['lab-a', 'lab-b'])
    const guests = globSync('*.json', { cwd: path.join(killed.folder, 'lab-a') }).sort()
    expect(guests).toEqual(['heavy.json', 'idle.json', 'moderate.json'])
    const notes = readFileSync(path.join(killed.folder, 'lab-a', 'heavy.json'), 'utf8')
    expect(qemuVmNotes.parse(JSON.parse(notes)).heartbeat).toContain('heavy.serial')
    killed.child.kill('SIGKILL')
    await killed.exited
    expect(leftOf(killed.folder).length).toBeGreaterThan(3)

    const second = await runLab()
    expect(leftOf(killed.folder)).toEqual([])
    second.child.kill('SIGTERM')
    expect(await second.exited).toEqual([0, null])
    expect(leftOf(second.folder)).toEqual([])
  })
})
