import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { QemuMigration } from '../../src/main/adapters/qemu/qemu-migration.ts'
import { QmpClient } from '../../src/main/adapters/qemu/qmp-client.ts'
import { killQemu } from '../../src/main/adapters/qemu-lab/own-process.ts'
import type { LabParts } from '../../src/main/adapters/qemu-lab/prepare-lab.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { MIB } from '../../src/shared/units.ts'
import { describeReal } from '../support/describe-real.ts'

const here = { source: true, destination: true }
const never = new AbortController().signal
const names = ['first', 'second', 'third'] as const
type Name = (typeof names)[number]

await describeReal('an encrypted migration', ({ qemu }: LabParts) => {
  let folder: string
  const clients: QmpClient[] = []
  const fileOf = (name: string) => path.join(folder, name)
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'longshore-tls-'))
    writeFileSync(fileOf('keys.psk'), `qemu:${randomBytes(32).toString('hex')}\n`)
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(client => client.close()))
    for (const name of names) await killQemu(fileOf(`${name}.pid`))
    rmSync(folder, { recursive: true, force: true })
  })

  /** A machine that runs its firmware and nothing else, with the objects that docs/qemu.md tells. */
  const start = (name: Name, boot: 'firmware' | 'migration'): QmpClient => {
    const key = `tls-creds-psk,dir=${folder}`
    execFileSync(qemu, [
      ...['-M', 'pc', '-m', '64', '-accel', 'tcg', '-display', 'none', '-nodefaults'],
      ...['-daemonize', '-pidfile', fileOf(`${name}.pid`)],
      ...['-qmp', `unix:${fileOf(`${name}.qmp`)},server=on,wait=off`],
      ...['-object', `${key},id=tls-client,endpoint=client,username=qemu`],
      ...['-object', `${key},id=tls-server,endpoint=server`],
      ...(boot === 'migration' ? ['-incoming', 'defer'] : []),
    ])
    const client = new QmpClient(fileOf(`${name}.qmp`))
    clients.push(client)
    return client
  }
  const move = async (source: QmpClient, destination: QmpClient): Promise<string | undefined> => {
    const plan = {
      uri: `unix:${fileOf('m')}`,
      linkBytesPerSecond: 64 * MIB,
      postCopy: true,
      preempt: true,
      tlsCreds: { client: 'tls-client', server: 'tls-server' },
    }
    const migration = new QemuMigration(plan, { source, destination, here, clock: systemClock, pulse: null })
    await migration.start()
    let last: string | undefined
    for await (const { kind } of migration.watch(0, never)) last = kind
    await migration.close()
    return last
  }
  const credentialsOf = (qemu: QmpClient) =>
    qemu.ask({ command: 'query-migrate-parameters', answer: z.object({ 'tls-creds': z.string() }) })

  test('goes by the client’s credentials at the source and the server’s at the destination, and on from there', async () => {
    const [first, second] = [start('first', 'firmware'), start('second', 'migration')]
    expect(await move(first, second)).toBe('completed')
    expect(await credentialsOf(first)).toEqual({ 'tls-creds': 'tls-client' })
    expect(await credentialsOf(second)).toEqual({ 'tls-creds': 'tls-server' })
    const third = start('third', 'migration')
    expect(await move(second, third)).toBe('completed')
    expect(await credentialsOf(second)).toEqual({ 'tls-creds': 'tls-client' })
  })
})
