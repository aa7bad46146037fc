import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { runVirsh } from '../../src/main/adapters/libvirt/run-virsh.ts'
import { connectQemu } from '../../src/main/adapters/qemu/qemu-hypervisor.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import type { Hypervisor, Inventory } from '../../src/main/ports/hypervisor.ts'
import type { PoolTask } from '../../src/shared/model/pool-task.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { fakeVirsh, saying } from '../support/fake-virsh.ts'

const DB = 'c.f5c0558f-90c3-4751-bf5d-03f235d7f523'
const never = new AbortController().signal

/** A connection to two hosts, the libvirt of each at the other end of virsh; what it tells is kept. */
const observe = async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'longshore-libvirt-'))
  const file = path.join(folder, 'hosts.json')
  const hosts = ['alpha', 'beta'].map(name => ({ name, libvirt: `qemu+tcp://${name}/system` }))
  writeFileSync(file, JSON.stringify({ hosts }))
  const settings = { id: 'c', name: 'hosts', url: pathToFileURL(file).href }
  const hypervisor = await connectQemu({ settings, clock: systemClock, log: silentLog }, never)
  const ending = new AbortController()
  const [inventories, tasks]: [Inventory[], (readonly PoolTask[])[]] = [[], []]
  const watching = [
    keep(hypervisor.watchInventory(ending.signal), inventories),
    keep(hypervisor.watchTasks(ending.signal), tasks),
  ]
  onTestFinished(async () => {
    ending.abort()
    await Promise.all(watching)
    await hypervisor.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    hypervisor,
    latest: () => inventories.at(-1),
    db: () => inventories.at(-1)?.vms.find(({ id }) => id === DB),
    tasks: () => tasks.at(-1),
  }
}

const keep = async <Item>(items: AsyncIterable<Item>, kept: Item[]): Promise<void> => {
  try {
    for await (const item of items) kept.push(item)
  } catch {
    // It was ended.
  }
}

/** What the virsh of two hosts says. */
const two = (alpha: string, beta: string): string => `case "$*" in *//alpha/*) ${alpha} ;; *) ${beta} ;; esac`

const cpuOf = async (hypervisor: Hypervisor) => {
  const { vms } = await hypervisor.readMetrics(never)
  return vms.find(({ vmId }) => vmId === DB)?.cpuRatio.origin
}

describe.skipIf(process.platform === 'win32')('the VMs of libvirt', () => {
  test('are shown with their figures, moved by nobody, and followed from host to host', async () => {
    const virsh = fakeVirsh(two(saying('running'), saying('left')))
    const { hypervisor, latest, db, tasks } = await observe()
    await expect.poll(() => db()?.hostId).toBe('c.alpha')
    expect(latest()?.vms.map(({ name, powerState }) => [name, powerState])).toEqual([
      ['web', 'running'],
      ['db', 'running'],
    ])
    virsh.willDo(two(saying('a-second-later'), saying('left')))
    await expect.poll(() => cpuOf(hypervisor)).toBe('measured')
    const order = { id: 'm', vmId: DB, destinationHostId: 'c.beta' }
    await expect(hypervisor.startMigration(order, never)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('managed by libvirt'),
    })
    expect(await hypervisor.listDestinations(DB, never)).toEqual([])
    await expect(hypervisor.readPageHeat(DB, 64, never)).rejects.toMatchObject({ code: 'unsupported' })

    virsh.willDo(two(saying('migrating'), saying('incoming')))
    await expect.poll(tasks).toMatchObject([{ id: DB, by: 'libvirt', progress: expect.closeTo(0.5686) }])
    await expect(hypervisor.cancelTask(DB, never)).rejects.toMatchObject({
      code: 'unsupported',
      remedy: expect.stringContaining('virsh domjobabort'),
    })
    virsh.willDo(two(saying('left'), saying('arrived')))
    await expect.poll(() => db()?.hostId).toBe('c.beta')
    await expect.poll(tasks).toEqual([])
    for (const call of virsh.calls()) expect(call).toMatch(/^C --readonly --connect qemu\+tcp:/)
  })

  test('have a dirty rate, measured while libvirt is not at work on them', async () => {
    const looks = two(saying('running'), saying('incoming'))
    const measuring = (job: string) =>
      `case "$*" in *domdirtyrate-calc*) ;; *--dirtyrate*) ${saying('dirty-rate')} ;; *"/system domjobinfo"*) echo "Job type: ${job}" ;; *) ${looks} ;; esac`
    const virsh = fakeVirsh(measuring('None'))
    const { hypervisor } = await observe()
    // 12 MiB/s of 4 KiB pages.
    expect(await hypervisor.readDirtyRate(DB, 1000, never)).toMatchObject({ pages: 3072, windowMs: 1000 })
    const calls = virsh.calls().filter(call => call.includes('domdirtyrate-calc'))
    expect(calls).toEqual([
      `C --connect qemu+tcp://alpha/system domdirtyrate-calc ${DB.slice(2)} --seconds 1`,
    ])
    await expect(hypervisor.readDirtyRate(DB, 100, never)).rejects.toMatchObject({ code: 'unsupported' })
    virsh.willDo(measuring('Unbounded'))
    await expect(hypervisor.readDirtyRate(DB, 1000, never)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('of a host that fails are not shown, and why is; the others are', async () => {
    const denied = `echo "error: failed to connect to the hypervisor" >&2; echo "error: Permission denied" >&2; exit 1`
    fakeVirsh(two(saying('running'), denied))
    const { latest, db } = await observe()
    await expect.poll(() => db()?.hostId).toBe('c.alpha')
    expect(latest()?.hosts.map(({ name }) => name)).toEqual(['alpha', 'beta'])
    expect(latest()?.pool.remarks[0]).toBe(
      'virsh could not ask libvirt at qemu+tcp://beta/system: Permission denied. Try virsh -c qemu+tcp://beta/system list by hand; whoever runs Longshore has to be let in.',
    )
  })

  test('that run on two hosts at the same time are told as that, and are both there', async () => {
    const virsh = fakeVirsh(two(saying('running'), saying('incoming')))
    const { hypervisor, latest, db } = await observe()
    await expect.poll(() => db()?.hostId).toBe('c.alpha')
    virsh.willDo(two(saying('running'), saying('arrived')))
    await expect.poll(() => latest()?.pool.remarks[0]).toMatch(/^db runs on alpha and on beta at/)
    const twins = latest()?.vms.filter(({ name }) => name === 'db')
    expect(twins?.map(({ id, hostId }) => [id, hostId])).toEqual([
      [DB, 'c.alpha'],
      [`${DB}@beta`, 'c.beta'],
    ])
    for (const { id } of twins ?? []) expect(await hypervisor.listDestinations(id, never)).toEqual([])
    virsh.willDo(two(saying('running'), saying('left')))
    await expect.poll(() => latest()?.pool.remarks).toEqual([])
  })

  test('are not seen where virsh is not installed, and what to install is said', async () => {
    vi.stubEnv('PATH', '/nonexistent')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { latest } = await observe()
    await expect.poll(() => latest()?.pool.remarks[0]).toMatch(/virsh is not installed .* libvirt-clients/)
  })

  test('come back when virsh does, and stay as they were for a while when it fails', async () => {
    const virsh = fakeVirsh('kill -9 $$')
    const { latest, db } = await observe()
    await expect.poll(() => latest()?.pool.remarks[0]).toMatch(/ended with a signal/)
    virsh.willDo(two(saying('running'), saying('left')))
    await expect.poll(() => db()?.hostId).toBe('c.alpha')
    virsh.willDo('echo nonsense')
    await expect.poll(() => latest()?.pool.remarks[0]).toMatch(/does not say what it was asked for/)
    expect(db()?.hostId).toBe('c.alpha')
  })

  test('are not read out of ten megabytes', async () => {
    fakeVirsh('head -c 10000000 /dev/zero')
    const asked = runVirsh({ uri: 'qemu:///system', access: 'read', commands: ['list'] }, never)
    await expect(asked).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('more than'),
    })
  })

  test('wait for no virsh that hangs, even one that will not end', async () => {
    fakeVirsh("trap '' TERM; exec sleep 60")
    const asked = runVirsh({ uri: 'qemu:///system', access: 'read', commands: ['list'] }, never)
    await expect(asked).rejects.toMatchObject({ code: 'timeout' })
  })

  test('wait for no virsh that hangs once the connection is closed', async () => {
    fakeVirsh('exec sleep 60')
    const ending = new AbortController()
    const asked = runVirsh({ uri: 'qemu:///system', access: 'read', commands: ['list'] }, ending.signal)
    ending.abort()
    await expect(asked).rejects.toThrow('aborted')
  })

  test('at the other end of ssh are asked without anybody to type a password', async () => {
    const virsh = fakeVirsh(saying('running'))
    for (const uri of ['qemu+ssh://beta/system', 'qemu+ssh://beta/system?keyfile=/k'])
      await runVirsh({ uri, access: 'read', commands: ['list'] }, never)
    expect(virsh.calls()).toEqual([
      'C --readonly --connect qemu+ssh://beta/system?no_tty=1 list',
      'C --readonly --connect qemu+ssh://beta/system?keyfile=/k&no_tty=1 list',
    ])
  })
})
