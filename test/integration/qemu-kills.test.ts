import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { MigrationLog } from '../../src/main/adapters/qemu/migration-log.ts'
import { QmpClient } from '../../src/main/adapters/qemu/qmp-client.ts'
import { runState } from '../../src/main/adapters/qemu/qmp-commands.ts'
import type { QmpEvent } from '../../src/main/adapters/qemu/qmp-socket.ts'
import type { AppClient } from '../../src/shared/contract/index.ts'
import type { Migration, PolicyName } from '../../src/shared/model/migration.ts'
import type { Vm } from '../../src/shared/model/vm.ts'
import { MIB } from '../../src/shared/units.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { consoleLine, firstLine, kill, launch } from '../support/console-process.ts'
import { describeReal } from '../support/describe-real.ts'
import { filesOn, leftOf, listenToGuest, type RealHosts, realHosts } from '../support/real-guests.ts'
import { writeHostsFile } from '../support/real-hosts-file.ts'
import { openClient } from '../support/served-console.ts'

const TEST_MS = 120_000
const WORKLOAD = 'uniform 64 4000'
const eventData = z.object({ status: z.string().optional(), pass: z.number().optional() }).default({})

interface Console {
  readonly child: ChildProcess
  readonly client: AppClient
}

await describeReal('a console that is killed while it moves a real VM', parts => {
  let hosts: RealHosts
  let hostsFile: string
  let dataDir: string
  let running: Console
  let [here, there] = ['', '']

  const startConsole = async (): Promise<Console> => {
    const args = ['serve', '--json', '--no-open', '--no-lab', '--pool', hostsFile]
    const child = launch(args, { LONGSHORE_DATA: dataDir })
    const { url } = await firstLine(child, consoleLine)
    return { child, client: await openClient(url) }
  }
  beforeAll(async () => {
    hosts = realHosts(parts)
    ;[here, there] = [hosts.source, hosts.destination]
    dataDir = mkdtempSync(path.join(tmpdir(), 'longshore-qemu-kills-'))
    hostsFile = fileURLToPath(writeHostsFile(hosts, 'hosts.json', 64 * MIB))
    const { serial } = await hosts.start('writer', WORKLOAD)
    const guest = listenToGuest()
    await guest.listen(serial)
    await guest.beat(({ writes }) => writes > 1000)
    guest.close()
    running = await startConsole()
  })
  afterAll(async () => {
    await kill(running.child)
    await hosts.close()
    rmSync(dataDir, { recursive: true, force: true })
    expect(leftOf(hosts.folder)).toEqual([])
  })

  /** The id of the VM, once it can be moved and a first reading is there. */
  const movableVm = async ({ client }: Console): Promise<string> => {
    let vm: Vm | undefined
    for await (const item of client.stream('fleet.watch', {}, AbortSignal.timeout(TEST_MS))) {
      vm = item.inventory?.vms[0] ?? vm
      if (vm?.immovableBecause === null && item.vmSamples.rows.rowCount > 0) return vm.id
    }
    throw new Error('the console ended before the VM could be moved')
  }
  /** Resolves with a migration as soon as it `is` so. */
  const seen = async (
    { client }: Console,
    id: string,
    is: (migration: Migration) => boolean,
  ): Promise<Migration> => {
    for await (const { migrations } of client.stream('migration.watch', {}, AbortSignal.timeout(TEST_MS))) {
      const found = migrations.find(migration => migration.id === id)
      if (found && is(found)) return found
    }
    throw new Error('the console ended before the migration came so far')
  }
  const move = async (policy: PolicyName): Promise<string> => {
    const vmId = await movableVm(running)
    return (await running.client.call('migration.start', { vmId, policy })).migrationId
  }
  /** Kills the console at the first event of the source's QEMU that `is` the moment, and starts another. */
  const killAt = async (is: (event: QmpEvent) => boolean, policy: PolicyName): Promise<string> => {
    const monitor = new QmpClient(filesOn(here, 'writer').control)
    await monitor.version()
    const killed = Promise.withResolvers<void>()
    monitor.onEvent(event => {
      if (is(event)) void kill(running.child).then(killed.resolve, killed.reject)
    })
    const id = await move(policy)
    // Its own connection ends with the console; then only the kill is waited for.
    const missed = seen(running, id, ({ endedAtMs }) => endedAtMs !== null).then(
      ({ phase, failure }) => {
        throw new Error(`it ended before the console was killed: ${phase}, ${failure?.reason}`)
      },
      () => killed.promise,
    )
    await Promise.race([killed.promise, missed]).finally(() => monitor.close())
    running = await startConsole()
    return id
  }
  const runsAt = async (host: string): Promise<boolean> => {
    const monitor = new QmpClient(filesOn(host, 'writer').control)
    return monitor
      .ask(runState)
      .then(
        state => state.running,
        () => false,
      )
      .finally(() => monitor.close())
  }
  /** It is where it was to go, and the QEMU that it left has been ended. */
  const hasMoved = async (): Promise<void> => {
    const left = filesOn(here, 'writer').pid
    ;[here, there] = [there, here]
    await expect.poll(() => existsSync(left)).toBe(false)
  }
  /** The VM runs once, works on, and each page is as it left it. */
  const expectAliveAt = async (host: string) => {
    expect(await Promise.all([runsAt(hosts.source), runsAt(hosts.destination)])).toEqual(
      [hosts.source, hosts.destination].map(each => each === host),
    )
    const guest = listenToGuest()
    await guest.listen(filesOn(host, 'writer').serial)
    await guest.beat()
    guest.say('stop')
    expect(await guest.verify()).toBe(0)
    guest.say(`workload ${WORKLOAD}`)
    guest.close()
  }
  /** What the migration has told, as it is kept beside the hosts file. */
  const keptOf = async (id: string) => {
    const kept = await new MigrationLog(`${hostsFile}.longshore`, silentLog).find(id)
    if (kept === null) throw new Error(`nothing is kept of ${id}`)
    return kept
  }

  test('while the destination is started: the VM stays, and its next move is not in the way of that one', async () => {
    const lost = await move('pre-copy-xen')
    await seen(running, lost, ({ phase }) => phase === 'reserve')
    await kill(running.child)
    running = await startConsole()
    const ended = await seen(running, lost, ({ endedAtMs }) => endedAtMs !== null)
    expect(ended).toMatchObject({ phase: 'failed', failure: { vmRunsAt: 'source' } })
    await expectAliveAt(here)
    const next = await move('post-copy-preempt')
    expect(await seen(running, next, ({ endedAtMs }) => endedAtMs !== null)).toMatchObject({
      phase: 'completed',
    })
    await hasMoved()
    await expectAliveAt(here)
  })

  test.each<[string, PolicyName, (name: string, data: z.infer<typeof eventData>) => boolean]>([
    ['in its live rounds', 'pre-copy-xen', (name, { pass = 0 }) => name === 'MIGRATION_PASS' && pass > 1],
    ['in the pause of stop-and-copy', 'pre-copy-xen', name => name === 'STOP'],
    ['in the pause of a switch', 'hybrid-static', name => name === 'STOP'],
    ['while pages are missing', 'post-copy-preempt', (_, { status }) => status === 'postcopy-active'],
  ])('%s: it completes, and the next console tells all of it', async (_, policy, isMoment) => {
    const id = await killAt(({ name, data }) => isMoment(name, eventData.parse(data)), policy)
    const ended = await seen(running, id, ({ endedAtMs }) => endedAtMs !== null)
    expect(ended).toMatchObject({ phase: 'completed', failure: null })
    await expect.poll(async () => (await keptOf(id)).events.at(-1)?.kind).toBe('completed')
    const { events: told, note } = await keptOf(id)
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((__, index) => index + 1))
    expect(note.plan.preempt).toBe(policy === 'post-copy-preempt')
    expect(told.filter(({ kind }) => kind === 'started')).toHaveLength(1)
    await hasMoved()
    await expectAliveAt(here)
  })
})
