import { expect, test } from 'vitest'
import type { Hypervisor, Inventory } from '../../src/main/ports/hypervisor.ts'
import { aLab, tinyLab } from '../support/a-lab.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

const secondsOf = (date: unknown) =>
  Date.parse(String(date).replace(/^(\d{4})(\d{2})(\d{2})T/, '$1-$2-$3T')) / 1000

test('at sixty times the speed a second here is a minute of the server’s time', async () => {
  const { call, named } = await aLab(tinyLab, { speed: 60 })
  const host = await named('host', 'host-1')
  const ask = async () => {
    const before = performance.now()
    const seconds = secondsOf(await call('host.get_servertime', host.ref))
    return { before, seconds, after: performance.now() }
  }
  const first = await ask()
  expect(Math.abs(first.seconds - Date.now() / 1000)).toBeLessThan(1200)
  await expect.poll(async () => (await ask()).seconds - first.seconds).toBeGreaterThan(30)
  const last = await ask()
  const passed = last.seconds - first.seconds
  expect(passed).toBeGreaterThan((60 * (last.before - first.after)) / 1000 - 1)
  expect(passed).toBeLessThan((60 * (last.after - first.before)) / 1000 + 1)
})

test('windows and rows are in lab time', async () => {
  const { url, session, plugin, named } = await aLab(tinyLab, { speed: 60 })
  const [vm, host] = [await named('VM', 'writer'), await named('host', 'host-1')]
  const dirty = () => plugin(host.ref, 'dirty_rate', { vm: vm.uuid, window_ms: '5000' })
  const [first, last] = [(await dirty()) as Reading, (await dirty()) as Reading]
  expect(last.atMs - first.atMs).toBeGreaterThanOrEqual(5000)
  expect(first.windowMs).toBe(5000)
  const query = `session_id=${session}&start=${Math.floor(last.atMs / 1000) - 20}&json=true`
  const { meta } = (await (await fetch(`${url}/rrd_updates?${query}`)).json()) as { meta: { end: number } }
  expect(meta.end).toBeGreaterThan(last.atMs / 1000 - 5)
})

interface Reading {
  readonly atMs: number
  readonly windowMs: number
}

interface Changes {
  readonly token: string
  readonly events: readonly { readonly snapshot?: { readonly other_config: Record<string, string> } }[]
}

test('the lab announces that it slows down for a migration and goes on afterwards', async () => {
  const { call, plugin, named } = await aLab(tinyLab, { speed: 30 })
  const [vm, host, destination] = [
    await named('VM', 'writer'),
    await named('host', 'host-1'),
    await named('host', 'host-3'),
  ]
  const pool = async (token: string) => (await call('event.from', ['pool'], token, 20.5)) as Changes
  const scaleOf = ({ events }: Changes) => events.at(-1)?.snapshot?.other_config['longshore:time-scale']
  const first = await pool('')
  expect(scaleOf(first)).toBe('30')
  const order = { vm: vm.uuid, destination: destination.uuid, id: 'm' }
  const [slow] = await Promise.all([pool(first.token), plugin(host.ref, 'migrate_start', order)])
  expect(scaleOf(slow)).toBe('1')
  await plugin(host.ref, 'migrate_control', { id: 'm', command: 'switch' })
  expect(scaleOf(await pool(slow.token))).toBe('30')
})

test('a migration that cannot begin does not slow the lab down', async () => {
  const { call, plugin, named, controls } = await aLab(tinyLab, { speed: 30 })
  const [vm, host, destination] = [
    await named('VM', 'writer'),
    await named('host', 'host-1'),
    await named('host', 'host-3'),
  ]
  controls[0]?.cutLink('host-3')
  const order = { vm: vm.uuid, destination: destination.uuid, id: 'm' }
  await expect(plugin(host.ref, 'migrate_start', order)).rejects.toThrow('CANNOT_CONTACT_HOST')
  const { events } = (await call('event.from', ['pool'], '', 5)) as Changes
  expect(events.at(-1)?.snapshot?.other_config['longshore:time-scale']).toBe('30')
})

const inventoryOf = async (hypervisor: Hypervisor): Promise<Inventory> => {
  for await (const inventory of hypervisor.watchInventory(never)) return inventory
  throw new Error('no inventory')
}

/** A reading bracketed by what the pool itself says the time is, ms. */
const bracketed = async (hypervisor: Hypervisor, vmId: string) => {
  const before = await hypervisor.readDirtyRate(vmId, 100, never)
  const reading = await hypervisor.readMetrics(never)
  const after = await hypervisor.readDirtyRate(vmId, 100, never)
  return { fromMs: before.atMs, reading, untilMs: after.atMs }
}

test('at sixty times the speed our readings keep the pool’s time, through a migration and after it', async () => {
  const { url, plugin, named } = await aLab(tinyLab, { speed: 60 })
  const hypervisor = await openXenApi(url)
  const [idle, writer] = [await named('VM', 'idle'), await named('VM', 'writer')]
  const [host, destination] = [await named('host', 'host-1'), await named('host', 'host-3')]
  const scale = async () => (await inventoryOf(hypervisor)).pool.timeScale
  let lastMs = 0
  const check = async (times: number) => {
    for (let i = 0; i < times; i++) {
      const { fromMs, reading, untilMs } = await bracketed(hypervisor, idle.uuid)
      // The clock is known to 100 ms of pool time, and a change of speed is heard 50 ms late: 3 s at 60x.
      expect(reading.atMs).toBeGreaterThan(fromMs - 4000)
      expect(reading.atMs).toBeLessThan(untilMs + 4000)
      expect(reading.atMs).toBeGreaterThanOrEqual(lastMs)
      lastMs = reading.atMs
      for (const { cpuRatio } of [...reading.vms, ...reading.hosts]) {
        expect(cpuRatio.origin).toBe('measured')
        if (cpuRatio.origin === 'measured') expect(cpuRatio.ageMs).toBeGreaterThanOrEqual(0)
      }
    }
  }
  expect(await scale()).toBe(60)
  await check(5)
  await plugin(host.ref, 'migrate_start', { vm: writer.uuid, destination: destination.uuid, id: 'm' })
  await expect.poll(scale).toBe(1)
  await check(2)
  await plugin(host.ref, 'migrate_control', { id: 'm', command: 'switch' })
  await expect.poll(scale).toBe(60)
  await check(5)
})
