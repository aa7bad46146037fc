import { expect, test } from 'vitest'
import { immovableBecause } from '../../src/main/adapters/xenapi/immovable-because.ts'
import { poolViewOf } from '../../src/main/adapters/xenapi/inventory.ts'
import { abilitiesOf } from '../../src/main/adapters/xenapi/plugin.ts'
import { RecordCache } from '../../src/main/adapters/xenapi/record-cache.ts'
import { recordSchemas } from '../../src/main/adapters/xenapi/records.ts'
import { sameInventory } from '../../src/main/adapters/xenapi/same-inventory.ts'
import { NO_CAPABILITIES } from '../../src/shared/model/capabilities.ts'

const aVm = (overrides: object = {}) =>
  recordSchemas.vm.parse({
    uuid: 'v1',
    name_label: 'db',
    power_state: 'Running',
    allowed_operations: ['pool_migrate'],
    ...overrides,
  })
const aMetrics = (overrides: object = {}) => recordSchemas.vm_metrics.parse({ uuid: 'm1', ...overrides })

test.for([
  [{}, {}, null],
  [{ power_state: 'Halted' }, {}, 'It cannot be moved live: it is switched off.'],
  [{ power_state: 'Dreaming' }, {}, 'It cannot be moved live: its power state is Dreaming.'],
  [
    { blocked_operations: { pool_migrate: 'true' } },
    {},
    'An administrator has blocked its migration (true).',
  ],
  [{}, { nomigrate: true }, 'Its own settings forbid moving it (nomigrate).'],
  [{}, { nested_virt: true }, 'It runs a hypervisor of its own, which cannot be moved live.'],
  [
    { allowed_operations: [], current_operations: { t: 'snapshot' } },
    {},
    'Another operation is under way on it (snapshot).',
  ],
  [
    { allowed_operations: [], attached_PCIs: ['p'] },
    {},
    'It has passed-through PCI devices, which tie it to its host.',
  ],
  [
    { allowed_operations: [], VGPUs: ['g'] },
    {},
    'It has a virtual graphics card, which ties it to its host.',
  ],
  [{ allowed_operations: ['snapshot'] }, {}, 'The server does not offer live migration for it.'],
] as const)('whether a VM may move, and why not: %j', ([vm, metrics, expected]) => {
  expect(immovableBecause(aVm(vm), aMetrics(metrics), undefined)).toBe(expected)
})

test('a VM that its pool says runs on a host that does not answer cannot be moved, and what to do is said', () => {
  const because = (live: boolean) => immovableBecause(aVm({}), aMetrics({}), { name: 'host-2', live })
  expect(because(true)).toBeNull()
  expect(because(false)).toMatch(/^host-2, on which it ran, does not answer its pool.* reset the power state/)
})

const cacheOf = (...records: readonly (readonly [string, string, object])[]): RecordCache => {
  const cache = new RecordCache()
  cache.apply(records.map(([name, ref, snapshot]) => ({ class: name, operation: 'add', ref, snapshot })))
  return cache
}
const pool = ['pool', 'p', { uuid: 'pool-1', name_label: '', master: 'h' }] as const
const host = ['host', 'h', { uuid: 'host-1', name_label: 'alone', metrics: 'hm' }] as const
const viewOf = (cache: RecordCache, abilities = new Map()) =>
  poolViewOf(cache, { connectionId: 'c', abilities })

test('control domains, templates and snapshots are no VMs', () => {
  const view = viewOf(
    cacheOf(
      pool,
      host,
      ['vm', '1', { uuid: 'dom0', is_control_domain: true }],
      ['vm', '2', { uuid: 'template', is_a_template: true }],
      ['vm', '3', { uuid: 'snapshot', is_a_snapshot: true }],
      ['vm', '4', { uuid: 'real' }],
    ),
  )
  expect(view?.inventory.vms.map(vm => vm.id)).toEqual(['real'])
})

test('a VM without a name that can be seen goes by its id', () => {
  const names = ['', '   ', ' db '].map(
    (name_label, i) => ['vm', `${i}`, { uuid: `vm-${i}`, name_label }] as const,
  )
  const view = viewOf(cacheOf(pool, host, ...names))
  expect(view?.inventory.vms.map(vm => vm.name)).toEqual(['vm-0', 'vm-1', ' db '])
})

test('a host outside any pool gives its name to its pool, and the usual link is assumed', () => {
  expect(viewOf(cacheOf(pool, host))?.inventory.pool).toMatchObject({
    name: 'alone',
    linkBytesPerSecond: 1.25e9,
  })
})

test('a pool is as fast as its slowest link', () => {
  const abilities = new Map(
    [10e9, 3e9].map((linkBytesPerSecond, index) => {
      const answer = {
        version: 1,
        functions: ['dirty_rate'],
        postCopy: true,
        controls: [],
        diskCopy: false,
        linkBytesPerSecond,
      }
      return [`h${index === 0 ? '' : index}`, abilitiesOf(answer)] as const
    }),
  )
  const cache = cacheOf(pool, host, ['host', 'h1', { uuid: 'host-2' }])
  expect(viewOf(cache, abilities)?.inventory.pool.linkBytesPerSecond).toBe(3e9)
})

test.for(['0', '-3', 'fast', '1e9', 'NaN'])('a time scale of %s is not believed', scale => {
  const odd = ['pool', 'p', { uuid: 'pool-1', other_config: { 'longshore:time-scale': scale } }] as const
  expect(viewOf(cacheOf(odd, host))?.inventory.pool.timeScale).toBe(1)
})

test('numbers come as digits or as numbers, and a VM at rest has what it is configured to get', () => {
  const view = viewOf(
    cacheOf(
      pool,
      host,
      ['vm_metrics', 'm', { uuid: 'm', memory_actual: 512 }],
      ['vm', '1', { uuid: 'on', power_state: 'Running', metrics: 'm', memory_dynamic_max: '1024' }],
      ['vm', '2', { uuid: 'off', power_state: 'Halted', metrics: 'm', memory_dynamic_max: '1024' }],
      ['vm', '3', { uuid: 'static', power_state: 'Halted', memory_static_max: 2048 }],
    ),
  )
  expect(view?.inventory.vms.map(vm => vm.memoryBytes)).toEqual([512, 1024, 2048])
})

test('a VM is shrunk for a move only where its dynamic range has two ends', () => {
  const aRunning = (uuid: string, least: number, most: number) =>
    [
      'vm',
      uuid,
      { uuid, power_state: 'Running', metrics: 'm', memory_dynamic_min: least, memory_dynamic_max: most },
    ] as const
  const metrics = ['vm_metrics', 'm', { uuid: 'm', memory_actual: 1025 }] as const
  const cache = cacheOf(
    pool,
    host,
    metrics,
    aRunning('ranged', 512, 2048),
    aRunning('fixed', 1024, 1024),
    aRunning('shrunk', 1500, 2048),
  )
  expect(viewOf(cache)?.inventory.vms.map(vm => vm.memoryMinBytes)).toEqual([512, 1025, 1025])
})

test('what a host can do follows from the functions it lists', () => {
  const answer = {
    version: 1,
    postCopy: true,
    controls: ['bandwidth'],
    diskCopy: false,
    linkBytesPerSecond: 1,
  }
  const of = (...functions: string[]) => abilitiesOf({ ...answer, functions }).capabilities
  expect(of('dirty_rate', 'page_heat')).toEqual({ ...NO_CAPABILITIES, dirtyRate: true, pageHeat: true })
  expect(of('migrate_start', 'migrate_status')).toMatchObject({
    rounds: true,
    stopAndCopy: false,
    postCopy: false,
  })
  expect(of('migrate_start', 'migrate_status', 'migrate_control')).toMatchObject({
    stopAndCopy: true,
    postCopy: true,
    bandwidth: true,
    pageOrder: false,
  })
  expect(abilitiesOf({ ...answer, version: 2, functions: ['dirty_rate'] }).capabilities.dirtyRate).toBe(false)
})

test('an unread record counts as one, so that counts agree', () => {
  const cache = cacheOf(pool, host, ['vm', '1', {}], ['vm', '2', { uuid: 'real' }])
  expect(cache.agreesWith({ vm: 2, host: 1, pool: 1, unknown_class: 7 })).toBe(true)
  expect(cache.agreesWith({ vm: 1 })).toBe(false)
})

test.for([
  ['name', 'x'],
  ['description', 'x'],
  ['hostId', null],
  ['powerState', 'halted'],
  ['memoryBytes', 1],
  ['memoryMinBytes', 1],
  ['vcpuCount', 7],
  ['immovableBecause', 'x'],
  ['currentOperations', ['pool_migrate']],
  ['poolId', 'x'],
  ['id', 'x'],
] as const)('a VM whose %s changed is a change of the inventory', ([field, value]) => {
  const before = viewOf(cacheOf(pool, host, ['vm', '1', { uuid: 'v1' }]))?.inventory
  const again = viewOf(cacheOf(pool, host, ['vm', '1', { uuid: 'v1' }]))?.inventory
  if (before === undefined || again === undefined) throw new Error('no inventory')
  expect(sameInventory(before, again)).toBe(true)
  const vms = again.vms.map(vm => ({ ...vm, powerState: 'running' as const, hostId: 'h', [field]: value }))
  const base = before.vms.map(vm => ({ ...vm, powerState: 'running' as const, hostId: 'h' }))
  expect(Object.keys(before.vms[0] ?? {})).toContain(field)
  expect(Object.keys(before.vms[0] ?? {})).toHaveLength(11)
  expect(sameInventory({ ...before, vms: base }, { ...again, vms })).toBe(false)
})
