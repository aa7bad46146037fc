import { expect, test } from 'vitest'
import type { PageHeatReading } from '../../src/main/ports/hypervisor.ts'
import { HeatWatch } from '../../src/main/services/heat-watch.ts'
import type { HeatItem } from '../../src/shared/contract/vm.ts'
import { Failure } from '../../src/shared/failure.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { aHost, anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { heatClustererHere } from '../fakes/heat-clusterer-here.ts'
import { skewedHeatPoints } from '../support/heat-points.ts'

const aReading = (atMs: number, regions: number): PageHeatReading => ({
  atMs,
  regionPages: 16,
  totalPages: regions * 16,
  ...skewedHeatPoints(regions, 1),
})

/** A watched VM; each `read` is what the host says next. */
const watching = (reads: readonly (() => Promise<PageHeatReading>)[], vm = aVm({ id: 'vm-1' })) => {
  const clock = new FakeClock(0)
  const hypervisor = new FakeHypervisor(anInventory([vm]))
  let next = 0
  hypervisor.readPageHeat = () => reads[next++]?.() ?? Promise.reject(new Error('read too often'))
  const pool = { connectionId: 'c', hypervisor, inventory: hypervisor.inventory }
  const state = { isThere: true }
  const gone = () => {
    throw new Failure({ code: 'not-found', message: 'There is no VM vm-1.', remedy: 'Look at the fleet.' })
  }
  const watch = new HeatWatch({
    connections: { poolOfVm: () => (state.isThere ? pool : gone()) },
    clusterer: heatClustererHere,
    clock,
  })
  const abort = new AbortController()
  const items = watch.watch('vm-1', abort.signal)
  return { items, abort, clock, state, hypervisor, pool }
}

const wordsOf = (item: HeatItem | undefined): string =>
  item === undefined
    ? 'ended'
    : item.kind === 'heat'
      ? `${item.heat.classes.length} regions at ${item.heat.atMs}`
      : item.because

/** The next item, with time passing until it is there. */
const nextOf = async ({ items, clock }: ReturnType<typeof watching>): Promise<string> => {
  const next = items.next()
  await clock.advance(2000)
  return wordsOf((await next).value ?? undefined)
}

test('regions that change their number, none at all, and a host that fails are each told as they are', async () => {
  const watched = watching([
    async () => aReading(1, 100),
    async () => aReading(2, 50),
    async () => aReading(3, 0),
    () =>
      Promise.reject(new Failure({ code: 'timeout', message: 'host-1 did not answer.', remedy: 'Wait.' })),
    async () => aReading(4, 100),
  ])
  const told: string[] = []
  for (let n = 0; n < 5; n++) told.push(await nextOf(watched))
  expect(told).toEqual([
    '100 regions at 1',
    '50 regions at 2',
    '0 regions at 3',
    'host-1 did not answer.',
    '100 regions at 4',
  ])
})

test('a VM that vanishes is told, and is read again when it is back', async () => {
  const watched = watching([async () => aReading(1, 10), async () => aReading(2, 10)])
  expect(await nextOf(watched)).toBe('10 regions at 1')
  watched.state.isThere = false
  expect(await nextOf(watched)).toBe('There is no VM vm-1.')
  watched.state.isThere = true
  expect(await nextOf(watched)).toBe('10 regions at 2')
})

test('a VM that does not run, and a host without the plugin, say why there is no heat', async () => {
  const halted = watching([], aVm({ id: 'vm-1', hostId: null, powerState: 'halted' }))
  expect(await nextOf(halted)).toBe('The VM is not running.')
  const plain = watching([])
  const { capabilities, ...host } = aHost({ id: 'host-1' })
  plain.pool.inventory = anInventory(
    [aVm({ id: 'vm-1' })],
    [{ ...host, capabilities: { ...capabilities, pageHeat: false } }],
  )
  expect(await nextOf(plain)).toBe('host-1 cannot say which pages are written: it has no host plugin.')
})

test('who stops looking ends the readings', async () => {
  const watched = watching([async () => aReading(1, 10)])
  await nextOf(watched)
  watched.abort.abort()
  expect(await nextOf(watched)).toBe('ended')
})
