import { afterEach, expect, test } from 'vitest'
import { Failure } from '../../src/shared/failure.ts'
import { NO_CAPABILITIES } from '../../src/shared/model/capabilities.ts'
import type { AutomationLevel } from '../../src/shared/model/connection.ts'
import { GIB } from '../../src/shared/units.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { aHost, anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { hybridRun } from '../fakes/migration-events.ts'
import { aConsole, constantBackend } from '../support/a-console.ts'

/** Above half of a 10 Gbit/s link's 305,175 pages/s. */
const STORM = 200_000

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const start = async ({
  level = 'automatic' as AutomationLevel,
  forecast = 0,
  vms = [aVm({ id: 'db' }), aVm({ id: 'web' })],
  hosts = ['host-1', 'host-2', 'host-3'].map(id => aHost({ id })),
} = {}) => {
  const hypervisor = new FakeHypervisor(anInventory(vms, hosts))
  const clock = new FakeClock()
  hypervisor.atMs = clock.now()
  const running = aConsole({
    connect: async () => hypervisor,
    clock,
    level,
    backend: constantBackend(forecast),
  })
  closers.push(async () => {
    await running.close()
    expect(clock.pending).toBe(0)
    expect(hypervisor.isClosed).toBe(true)
  })
  /** Lets seconds pass at the pool and here. */
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      hypervisor.atMs += 1000
      await clock.advance(1000)
    }
  }
  await pass(1)
  return { ...running, hypervisor, clock, pass }
}

const outcomes = (running: { decisions: Awaited<ReturnType<typeof start>>['decisions'] }) =>
  running.decisions.states.values().map(decision => `${decision.kind}: ${decision.outcome}`)

test('a VM that storms for 30 s is migrated to the least loaded host, and every step is kept with its reasons', async () => {
  const { pass, hypervisor, ...running } = await start()
  hypervisor.hostCpu.set('host-2', 0.6)
  hypervisor.storm('db', STORM)
  await pass(45)
  expect(hypervisor.orders).toMatchObject([{ vmId: 'db', destinationHostId: 'host-3' }])
  for (const event of hybridRun) {
    hypervisor.feed.push(event)
    await pass(1)
  }
  expect(hypervisor.controls).toEqual(['switch'])
  expect(running.migrator.states.values()).toMatchObject([
    { vmName: 'db', phase: 'completed', startedBy: 'trigger' },
  ])
  expect(running.operations.states.values()).toMatchObject([
    { title: 'Migrate db', state: 'succeeded', progress: 1 },
  ])
  expect(outcomes(running)).toEqual([
    'trigger: migrate to host-3',
    'round: in round 1: switch to post-copy',
    'outcome: completed',
  ])
  const [trigger] = running.decisions.states.values()
  expect(trigger?.alternatives.find(a => a.name === 'host-2')).toMatchObject({ chosen: false })
  expect(trigger?.migrationId).toBe(hypervisor.orders[0]?.id)
  const breaches = await running.store.breaches(9)
  const breach = breaches.find(({ subjectName, feature }) => subjectName === 'db' && feature === 'dirty rate')
  expect(breach).toMatchObject({ subject: 'vm', unit: 'pages/s' })
  expect(breach?.untilMs).toBeGreaterThan(trigger?.atMs ?? Number.POSITIVE_INFINITY)
  expect(breach?.fromMs).toBeLessThanOrEqual((trigger?.atMs ?? 0) - 30_000)
  expect(breach?.peak).toBeGreaterThan(breach?.limit ?? Number.POSITIVE_INFINITY)
})

test.each(['observe', 'advise', 'approve'] as const)('at level %s nothing moves by itself', async level => {
  const { pass, hypervisor, ...running } = await start({ level })
  hypervisor.storm('db', STORM)
  await pass(60)
  expect(hypervisor.orders).toEqual([])
  expect(outcomes(running)).toEqual(['trigger: would migrate to host-2'])
})

test('STOP keeps everything from starting and cancels what can be cancelled', async () => {
  const { pass, hypervisor, ...running } = await start()
  const id = await running.manual.start({ vmId: 'web', policy: 's1' })
  await pass(1)
  expect(running.stopSwitch.stop()).toBe(1)
  await pass(1)
  expect(hypervisor.controls).toEqual(['cancel'])
  expect(running.migrator.states.get(id)?.requested).toBe('cancel')
  hypervisor.storm('db', STORM)
  await pass(60)
  expect(hypervisor.orders).toHaveLength(1)
})

test('STOP between an order and its journal: the host is never given the order', async () => {
  const { pass, hypervisor, ...running } = await start()
  const journal = Promise.withResolvers<void>()
  running.store.appendJournal = () => journal.promise
  const started = running.manual.start({ vmId: 'web', policy: 's1' })
  await pass(1)
  expect(running.stopSwitch.stop()).toBe(1)
  journal.resolve()
  const id = await started
  await pass(1)
  expect(hypervisor.orders).toEqual([])
  expect(hypervisor.controls).toEqual([])
  expect(running.migrator.states.get(id)).toMatchObject({ phase: 'cancelled', requested: null })
  expect(running.operations.states.get(id)?.state).toBe('cancelled')
})

test('a cancel reaches the pool while that still takes the order: it is taken back, and the VM stays', async () => {
  const { pass, hypervisor, ...running } = await start()
  const order = Promise.withResolvers<void>()
  hypervisor.startMigration = () => order.promise
  hypervisor.controlMigration = async (_, { kind }) => {
    if (kind === 'cancel') order.reject(new DOMException('taken back', 'AbortError'))
  }
  const id = await running.manual.start({ vmId: 'web', policy: 's1' })
  await pass(1)
  expect(running.migrator.states.get(id)).toMatchObject({ phase: 'reserve', cancellable: true })
  await running.migrator.control(id, { kind: 'cancel' })
  await pass(1)
  expect(running.migrator.states.get(id)).toMatchObject({ phase: 'cancelled', failure: null })
})

test('the network that the operator chose goes with the order, into the journal and into its reasons', async () => {
  const { pass, hypervisor, ...running } = await start()
  hypervisor.networks = [
    { id: 'eth0', name: 'management', linkBytesPerSecond: null },
    { id: 'eth1', name: 'storage', linkBytesPerSecond: 3e9 },
  ]
  const order = { vmId: 'web', policy: 's1', destinationHostId: 'host-2' } as const
  await expect(running.manual.start({ ...order, networkId: 'eth7' })).rejects.toMatchObject({
    code: 'conflict',
    message: 'web cannot go to host-2 by that network: both hosts need an address in it.',
    remedy: 'Choose management or storage, or leave it to the pool.',
  })
  const id = await running.manual.start({ ...order, networkId: 'eth1' })
  await pass(1)
  expect(hypervisor.orders).toEqual([{ id, vmId: 'web', destinationHostId: 'host-2', networkId: 'eth1' }])
  const [intended] = await running.store.openJournal()
  expect(intended).toMatchObject({
    step: 'intended',
    migration: { network: { id: 'eth1', name: 'storage' }, linkBytesPerSecond: 3e9 },
  })
  expect(running.decisions.states.values().at(-1)?.reasons).toContain(
    'The operator chose the network storage.',
  )
})

test('a history that cannot be written does not keep an operator from migrating', async () => {
  const { pass, hypervisor, ...running } = await start()
  running.store.appendJournal = () =>
    Promise.reject(new Failure({ code: 'storage', message: 'The disk is full.', remedy: 'Free some.' }))
  await running.manual.start({ vmId: 'web', policy: 's1' })
  await pass(1)
  expect(hypervisor.orders).toMatchObject([{ vmId: 'web' }])
})

test('VMs that storm at the same moment do not leave their host faster than is allowed', async () => {
  const vms = ['a', 'b', 'c', 'd'].map(id => aVm({ id }))
  const { pass, hypervisor, ...running } = await start({ forecast: STORM, vms })
  await pass(80)
  expect(hypervisor.orders).toHaveLength(2)
  expect(outcomes(running).filter(outcome => outcome === 'trigger: not migrated')).toHaveLength(2)
})

test('a trigger whose destinations cannot be asked for is kept with the reason', async () => {
  const { pass, hypervisor, ...running } = await start({ forecast: STORM, vms: [aVm({ id: 'db' })] })
  hypervisor.listDestinations = () =>
    Promise.reject(new Failure({ code: 'timeout', message: 'The master is busy.', remedy: 'Wait.' }))
  await pass(80)
  const [trigger] = running.decisions.states.values()
  expect(trigger).toMatchObject({ kind: 'trigger', outcome: 'not migrated' })
  expect(trigger?.reasons).toContain('The master is busy.')
})

test('what a migration is dated by is the time of its pool, whatever the clock here says', async () => {
  const { pass, hypervisor, ...running } = await start()
  hypervisor.atMs += 3_600_000
  await pass(1)
  const id = await running.manual.start({ vmId: 'web', policy: 's1' })
  await pass(2)
  await running.migrator.control(id, { kind: 'cancel' })
  const asked = running.decisions.states.values().at(-1)
  expect(asked).toMatchObject({ kind: 'operator', outcome: 'cancel' })
  expect(Math.abs((asked?.atMs ?? 0) - hypervisor.atMs)).toBeLessThan(2000)
  hypervisor.refusal = new Failure({ code: 'refused', message: 'No.', remedy: 'None.' })
  const refused = await running.manual.start({ vmId: 'db', policy: 's1' })
  await pass(1)
  const { endedAtMs = 0, startedAtMs = 0 } = running.migrator.states.get(refused) ?? {}
  expect((endedAtMs ?? 0) - startedAtMs).toBeGreaterThanOrEqual(0)
})

test('a host that cannot do it is not told to switch, and whoever asked is', async () => {
  const hosts = ['host-1', 'host-2'].map(id =>
    aHost({ id, capabilities: { ...aHost({ id }).capabilities, postCopy: false } }),
  )
  const { hypervisor, ...running } = await start({ hosts })
  const id = await running.manual.start({ vmId: 'web', policy: 's1' })
  await expect(running.migrator.control(id, { kind: 'switch' })).rejects.toThrow('host-1 cannot')
  expect(hypervisor.controls).toEqual([])
  expect(outcomes(running)).toEqual(['operator: migrate to host-2'])
})

test('a dirty rate that a host no longer tells is carried for three minutes, and estimated from then on', async () => {
  const { pass, hypervisor, loop } = await start({ vms: [aVm({ id: 'web' })] })
  await pass(10)
  hypervisor.readDirtyRate = () => Promise.reject(new Error('gone'))
  await pass(160)
  const dirty = () => loop.fleet.value.vmSamples[0]?.dirtyPagesPerSecond
  expect(dirty()).toMatchObject({ origin: 'measured', value: 1000 })
  await pass(80)
  expect(dirty()).toMatchObject({ origin: 'estimated' })
})

test('a dirty rate that is held counts for the duration of the trigger', async () => {
  const { pass, hypervisor } = await start({ vms: [aVm({ id: 'db' })] })
  hypervisor.storm('db', STORM)
  await pass(6)
  const readings = hypervisor.dirtyReadings.length
  hypervisor.readDirtyRate = () => Promise.reject(new Error('gone'))
  await pass(40)
  expect(hypervisor.dirtyReadings).toHaveLength(readings)
  expect(hypervisor.orders).toMatchObject([{ vmId: 'db' }])
})

test('a storm that nothing but the dirty rate shows is found within a minute', async () => {
  const { pass, hypervisor } = await start({ vms: [aVm({ id: 'db' })] })
  hypervisor.dirtyPages.set('db', STORM)
  await pass(60 + 35)
  expect(hypervisor.orders).toMatchObject([{ vmId: 'db' }])
})

test('a migration waits for a dirty-rate window that is open, and none opens while it runs', async () => {
  const { pass, hypervisor, ...running } = await start({ vms: [aVm({ id: 'db' })] })
  const window = Promise.withResolvers<void>()
  const { readDirtyRate } = hypervisor
  hypervisor.readDirtyRate = async (vmId, windowMs) => {
    await window.promise
    return readDirtyRate.call(hypervisor, vmId, windowMs)
  }
  hypervisor.vmCpu.set('db', 0.9)
  await pass(6)
  await running.manual.start({ vmId: 'db', policy: 's1' })
  await pass(1)
  expect(hypervisor.orders).toEqual([])
  const readings = hypervisor.dirtyReadings.length
  window.resolve()
  await pass(20)
  expect(hypervisor.orders).toHaveLength(1)
  expect(hypervisor.dirtyReadings).toHaveLength(readings + 1)
})

test('a pool without the plugin is told estimates, and a decision that rests on one says so', async () => {
  const hosts = ['host-1', 'host-2'].map(id =>
    aHost({ id, capabilities: { ...aHost({ id }).capabilities, dirtyRate: false } }),
  )
  const vms = [aVm({ id: 'db', vcpuCount: 64, memoryBytes: 64 * 2 ** 30 })]
  const { pass, hypervisor, loop, ...running } = await start({ hosts, vms, level: 'advise' })
  await pass(5)
  expect(hypervisor.dirtyReadings).toEqual([])
  const [rate] = loop.fleet.value.vmSamples.map(sample => sample.dirtyPagesPerSecond)
  expect(rate).toMatchObject({ origin: 'estimated' })
  hypervisor.diskRead = 700e6
  await pass(40)
  const [trigger] = running.decisions.states.values()
  expect(trigger?.reasons.join(' ')).toContain('an estimate')
  expect(loop.fleet.value.risks[0]).toMatchObject({ level: 'high' })
  expect(loop.fleet.value.risks[0]?.reason).toContain('estimate')
})

test('after a pool was away its VMs are forecast only when 20 new seconds are there', async () => {
  const { pass, hypervisor, loop } = await start({ forecast: 1, vms: [aVm({ id: 'web' })] })
  await pass(25)
  expect(loop.fleet.value.forecasts).toHaveLength(1)
  hypervisor.atMs += 600_000
  await pass(10)
  expect(loop.fleet.value.forecasts).toEqual([])
  await pass(15)
  expect(loop.fleet.value.forecasts).toHaveLength(1)
})

test('what is known of a VM that is gone is let go, and of the others it is kept', async () => {
  const { loop, pass, hypervisor } = await start()
  await pass(25)
  const { inventory } = hypervisor
  hypervisor.tell({ ...inventory, vms: inventory.vms.filter(vm => vm.id !== 'db') })
  await pass(2)
  hypervisor.tell(inventory)
  await pass(2)
  expect(loop.forecastOf('db')).toBeNull()
  expect(loop.forecastOf('web')).not.toBeNull()
  await pass(20)
  expect(loop.forecastOf('db')).not.toBeNull()
})

test('the forecast alone starts a migration before the dirty rate is there', async () => {
  const { pass, hypervisor } = await start({ forecast: STORM, vms: [aVm({ id: 'db' })] })
  await pass(80)
  expect(hypervisor.orders).toMatchObject([{ vmId: 'db' }])
})

test('a VM that has just moved rests, and says so', async () => {
  const { pass, hypervisor, ...running } = await start({ vms: [aVm({ id: 'db' })] })
  hypervisor.storm('db', STORM)
  await pass(45)
  hypervisor.feed.push(...hybridRun.map(event => ({ ...event, atMs: event.atMs + hypervisor.atMs })))
  await pass(2)
  hypervisor.storm('db', 0)
  await pass(20)
  hypervisor.storm('db', STORM)
  await pass(60)
  expect(hypervisor.orders).toHaveLength(1)
  const last = running.decisions.states.values().at(-1)
  expect(last?.outcome).toBe('not migrated')
  expect(last?.reasons.join(' ')).toContain('rests for')
})

test('the dirty rate of a VM is never read while it has an operation running', async () => {
  const { pass, hypervisor } = await start({
    vms: [aVm({ id: 'busy', currentOperations: ['pool_migrate'] }), aVm({ id: 'web' })],
  })
  await pass(10)
  expect(new Set(hypervisor.dirtyReadings)).toEqual(new Set(['web']))
})

test('a VM whose CPU rises is read every five seconds until it has been so for a while', async () => {
  const { pass, hypervisor } = await start({ vms: [aVm({ id: 'web' })] })
  await pass(20)
  hypervisor.vmCpu.set('web', 0.9)
  hypervisor.dirtyReadings = []
  await pass(30)
  expect(hypervisor.dirtyReadings.length).toBeGreaterThanOrEqual(5)
  expect(hypervisor.dirtyReadings.length).toBeLessThanOrEqual(8)
  await pass(270)
  hypervisor.dirtyReadings = []
  await pass(120)
  expect(hypervisor.dirtyReadings.length).toBeLessThanOrEqual(3)
})

test('between two readings a dirty rate is carried with its age', async () => {
  const { pass, loop } = await start({ vms: [aVm({ id: 'web' })] })
  const ages: number[] = []
  for (let i = 0; i < 130; i++) {
    await pass(1)
    const rate = loop.fleet.value.vmSamples[0]?.dirtyPagesPerSecond
    if (rate?.origin === 'measured') ages.push(rate.ageMs)
  }
  expect(Math.max(...ages)).toBeGreaterThanOrEqual(50_000)
  expect(Math.max(...ages)).toBeLessThanOrEqual(61_000)
})

test('an order the server refuses leaves a failed migration with the reason, and the VM where it was', async () => {
  const { pass, hypervisor, ...running } = await start()
  hypervisor.refusal = new Failure({
    code: 'refused',
    message: 'host-2 has too little memory.',
    remedy: 'Free some.',
  })
  const id = await running.manual.start({ vmId: 'web', policy: 's1' })
  await pass(1)
  expect(running.migrator.states.get(id)).toMatchObject({
    phase: 'failed',
    failure: { reason: 'host-2 has too little memory. Free some.', vmRunsAt: 'source' },
  })
})

test('without a destination a VM whose disk would be copied is not moved, and who could take it is named', async () => {
  const { hypervisor, manual } = await start()
  hypervisor.listDestinations = () => Promise.resolve([])
  await expect(manual.start({ vmId: 'web', policy: 's1' })).rejects.toThrow('No host can take web')
  hypervisor.copiesDisks = true
  await expect(manual.start({ vmId: 'web', policy: 's1' })).rejects.toMatchObject({
    message: expect.stringContaining(
      'host-2: it does not see the disk, which is copied only to a host that a person names',
    ),
    remedy: 'Name host-2 or host-3, which can take it with a copy of its disk.',
  })
  expect(hypervisor.orders).toEqual([])
})

test('a migration is followed across a lost connection', async () => {
  const { pass, hypervisor, ...running } = await start()
  const id = await running.manual.start({ vmId: 'web', policy: 's1' })
  hypervisor.feed.push(...hybridRun.slice(0, 3))
  await pass(1)
  hypervisor.feed.break()
  await pass(1)
  hypervisor.feed.push(...hybridRun.slice(3))
  await pass(3)
  expect(running.migrator.states.get(id)).toMatchObject({
    phase: 'completed',
    rounds: [{ index: 1 }, { index: 2 }],
  })
})

test('a migration of which no host tells, whose VM its pool says is halted, has failed and lost the VM', async () => {
  const { pass, hypervisor, ...running } = await start()
  const id = await running.manual.start({ vmId: 'web', policy: 's1' })
  hypervisor.feed.push(...hybridRun.slice(0, 3))
  await pass(1)
  const { inventory } = hypervisor
  const halted = { hostId: null, powerState: 'halted' } as const
  hypervisor.tell({
    ...inventory,
    vms: inventory.vms.map(vm => (vm.id === 'web' ? { ...vm, ...halted } : vm)),
  })
  hypervisor.feed.break()
  await pass(1)
  expect(running.migrator.states.get(id)).toMatchObject({
    phase: 'failed',
    recovering: null,
    failure: { vmRunsAt: 'nowhere', reason: expect.stringContaining('the VM is halted') },
  })
})

test('a migration whose pool is away for long waits for it in plain sight, and its end is never invented', async () => {
  const { pass, hypervisor, clock, ...running } = await start()
  const id = await running.manual.start({ vmId: 'web', policy: 's1' })
  hypervisor.feed.push(...hybridRun.slice(0, 3))
  await pass(1)
  const watch = hypervisor.watchMigration.bind(hypervisor)
  hypervisor.watchMigration = () => {
    throw new Failure({ code: 'unreachable', message: 'gone', remedy: '' })
  }
  hypervisor.feed.break()
  const sinceMs = clock.now()
  await pass(1000)
  expect(running.migrator.states.get(id)).toMatchObject({ phase: 'pre-copy', recovering: { sinceMs } })
  hypervisor.watchMigration = watch
  hypervisor.feed.push(...hybridRun.slice(3))
  await pass(2)
  expect(running.migrator.states.get(id)).toMatchObject({ phase: 'completed', recovering: null })
})

const away = new Failure({ code: 'unreachable', message: 'The pool went away.', remedy: 'Wait.' })

test('a cancel that the pool cannot hear is passed on as soon as it can', async () => {
  const { pass, hypervisor, ...running } = await start()
  const id = await running.manual.start({ vmId: 'web', policy: 's1' })
  hypervisor.feed.push(...hybridRun.slice(0, 2))
  await pass(1)
  const hear = hypervisor.controlMigration.bind(hypervisor)
  hypervisor.controlMigration = () => Promise.reject(away)
  expect(running.stopSwitch.stop()).toBe(1)
  hypervisor.feed.break()
  await pass(3)
  expect(running.migrator.states.get(id)?.requested).toBe('cancel')
  hypervisor.controlMigration = hear
  hypervisor.feed.break()
  await pass(3)
  expect(hypervisor.controls.filter(command => command === 'cancel')).toHaveLength(1)
})

test('whoever asks for a switch before the first round is told that it is too early', async () => {
  const { pass, hypervisor, manual, migrator } = await start()
  const id = await manual.start({ vmId: 'web', policy: 's1' })
  await pass(1)
  const ask = () => migrator.control(id, { kind: 'switch' })
  await expect(ask()).rejects.toThrow('too early for that: nothing of web is on its way yet')
  const disk = {
    kind: 'disk-progress',
    sequence: 1,
    atMs: 1000,
    copiedBytes: GIB,
    totalBytes: 4 * GIB,
  } as const
  hypervisor.feed.push(disk)
  await pass(1)
  await expect(ask()).rejects.toThrow('the disk of web is still being copied, 1.00 GiB of 4.00 GiB so far')
  expect(hypervisor.controls).toEqual([])
})

test('whoever asks for a switch that the pool does not hear is told so', async () => {
  const { pass, hypervisor, ...running } = await start()
  const id = await running.manual.start({ vmId: 'web', policy: 's1' })
  hypervisor.feed.push(...hybridRun.slice(0, 1))
  await pass(1)
  hypervisor.controlMigration = () => Promise.reject(away)
  await expect(running.migrator.control(id, { kind: 'switch' })).rejects.toThrow('The pool went away.')
  expect(running.migrator.states.get(id)?.requested).toBeNull()
  hypervisor.lose(away)
  await pass(0)
  await expect(running.migrator.control(id, { kind: 'stop-and-copy' })).rejects.toMatchObject({
    code: 'unreachable',
  })
})

test('a command for a migration that has ended is refused in those words', async () => {
  const { pass, hypervisor, ...running } = await start()
  const id = await running.manual.start({ vmId: 'web', policy: 's1' })
  hypervisor.feed.push(...hybridRun)
  await pass(2)
  await expect(running.migrator.control(id, { kind: 'cancel' })).rejects.toThrow(
    'The migration of web has ended.',
  )
})

test('a destination that is no host of the pool is refused as such', async () => {
  const { manual } = await start()
  await expect(manual.start({ vmId: 'web', destinationHostId: 'elsewhere', policy: 's1' })).rejects.toThrow(
    'That host is no destination',
  )
})

test('the same VM cannot be migrated twice at once', async () => {
  const { manual } = await start()
  await manual.start({ vmId: 'web', policy: 's1' })
  await expect(manual.start({ vmId: 'web', policy: 's1' })).rejects.toThrow('is being migrated already')
})

test('a pool that gives no metrics is stale, and live again when it does', async () => {
  const { pass, hypervisor, connections } = await start()
  expect(connections.state('c')?.state).toBe('live')
  hypervisor.silence = new Failure({ code: 'timeout', message: 'No metrics.', remedy: 'Wait.' })
  await pass(1)
  expect(connections.state('c')).toMatchObject({ state: 'stale', failure: { message: 'No metrics.' } })
  hypervisor.silence = null
  await pass(1)
  expect(connections.state('c')).toMatchObject({ state: 'live', failure: null })
})

test('a connection that an abort of its own ended is tried again', async () => {
  const clock = new FakeClock()
  let tries = 0
  const running = aConsole({
    clock,
    connect: async () => {
      tries++
      throw new DOMException('aborted', 'AbortError')
    },
  })
  await clock.advance(1500)
  expect(tries).toBe(2)
  await running.close()
})

test('a lost connection is tried again after 1, 2 and 4 s', async () => {
  const clock = new FakeClock()
  const triedAt: number[] = []
  const from = clock.now()
  const refused = new Failure({ code: 'unreachable', message: 'Nobody answers.', remedy: 'Start it.' })
  const running = aConsole({
    clock,
    connect: async () => {
      triedAt.push((clock.now() - from) / 1000)
      throw refused
    },
  })
  await clock.advance(8000)
  expect(triedAt).toEqual([0, 1, 3, 7])
  expect(running.connections.state('c')).toMatchObject({
    state: 'failed',
    failure: { message: 'Nobody answers.' },
  })
  await running.close()
  expect(clock.pending).toBe(0)
})

test('STOP while the destination of an order by hand is being chosen keeps it from beginning', async () => {
  const { hypervisor, manual, stopSwitch } = await start()
  const chosen = Promise.withResolvers<readonly string[]>()
  hypervisor.listDestinations = () => chosen.promise
  const order = manual.start({ vmId: 'web', policy: 's1' })
  stopSwitch.stop()
  chosen.resolve(['host-2'])
  await expect(order).rejects.toThrow('STOP was pressed')
  expect(hypervisor.orders).toEqual([])
})

test('a migration that is being cancelled is told nothing else', async () => {
  const { pass, hypervisor, manual, migrator } = await start()
  const id = await manual.start({ vmId: 'web', policy: 's1' })
  hypervisor.feed.push(...hybridRun.slice(0, 3))
  await pass(1)
  await migrator.control(id, { kind: 'cancel' })
  await expect(migrator.control(id, { kind: 'switch' })).rejects.toThrow('is being cancelled')
})

test('a pool whose clock runs faster is read once a second of its own time, and its windows have no gaps', async () => {
  const { hypervisor, clock, loop } = await start({ forecast: 1000 })
  const { inventory } = hypervisor
  hypervisor.tell({ ...inventory, pool: { ...inventory.pool, timeScale: 5 } })
  const before = hypervisor.metricsReadings
  for (let i = 0; i < 25; i++) {
    hypervisor.atMs += 1000
    await clock.advance(200)
  }
  expect(hypervisor.metricsReadings - before).toBeGreaterThanOrEqual(24)
  expect(loop.fleet.value.forecasts.length).toBeGreaterThan(0)
})

test('at level automatic an estimate alone moves nothing, and the decision says so', async () => {
  const hosts = ['host-1', 'host-2'].map(id =>
    aHost({ id, capabilities: { ...aHost({ id }).capabilities, dirtyRate: false } }),
  )
  const vms = [aVm({ id: 'db', vcpuCount: 64, memoryBytes: 16 * 2 ** 30 })]
  const { pass, hypervisor, decisions } = await start({ hosts, vms, level: 'automatic' })
  hypervisor.diskRead = 700e6
  await pass(60)
  expect(hypervisor.orders).toEqual([])
  expect(decisions.states.values().at(-1)?.reasons.join(' ')).toContain('rests on an estimate')
})

test('an order of either policy to a host without rounds is kept as the move by Xen that it becomes', async () => {
  const hosts = ['host-1', 'host-2'].map(id => aHost({ id, capabilities: NO_CAPABILITIES }))
  const { manual, migrator, hypervisor, pass } = await start({ level: 'observe', hosts })
  const id = await manual.start({ vmId: 'web', policy: 's1' })
  await pass(1)
  expect(hypervisor.orders).toMatchObject([{ id, vmId: 'web' }])
  expect(migrator.states.get(id)).toMatchObject({ policy: 'pre-copy-xen', taskProgress: { ratio: 0 } })
})

test('more migrations than may run at once wait, say why, and go when there is room; one that waits can be taken back', async () => {
  const vms = ['a', 'b', 'c', 'd'].map(id => aVm({ id }))
  const { pass, hypervisor, manual, migrator } = await start({ level: 'advise', vms })
  // Each is followed apart: the fake has one feed for all, so that the others are told of no end.
  const started: string[] = []
  for (const { id } of vms)
    started.push(await manual.start({ vmId: id, destinationHostId: 'host-2', policy: 's1' }))
  await pass(1)
  expect(hypervisor.orders.map(({ vmId }) => vmId)).toEqual(['a', 'b'])
  const waiting = () => migrator.states.values().map(({ waitingFor }) => waitingFor)
  expect(waiting()).toEqual([
    null,
    null,
    'It waits: 2 migrations leave host-1 already, as many as may at once.',
    'It waits: 2 migrations leave host-1 already, as many as may at once.',
  ])
  await migrator.control(started[2] ?? '', { kind: 'cancel' })
  await pass(1)
  expect(migrator.states.get(started[2] ?? '')).toMatchObject({ phase: 'cancelled' })
  for (const event of hybridRun) hypervisor.feed.push(event)
  await pass(2)
  expect(hypervisor.orders.map(({ vmId }) => vmId)).toEqual(['a', 'b', 'd'])
})
