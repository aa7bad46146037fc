import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  appStore,
  connectionStore,
  decisionStore,
  fleetStore,
  keepConnected,
  linkStore,
  migrationStore,
  operationStore,
  toastStore,
} from '../../../src/renderer/state/index.ts'
import { reconnectDelayMs } from '../../../src/renderer/state/reconnect-delay.ts'
import { startMigration } from '../../../src/renderer/state/requests.ts'
import { Failure } from '../../../src/shared/failure.ts'
import type { Pipe } from '../../../src/shared/rpc/pipe.ts'
import { FakeApp } from '../../fakes/fake-app.ts'

let stop: (() => void) | undefined

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(async () => {
  stop?.()
  await settle()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

/** Lets everything that waits for no timer happen. */
const settle = () => vi.advanceTimersByTimeAsync(0)

const start = async (app: FakeApp) => {
  const pipes: Pipe[] = []
  stop = keepConnected(() => {
    const pipe = app.open()
    pipes.push(pipe)
    return pipe
  })
  await settle()
  return pipes
}

test('every store is fed from the pipe and says that it is live', async () => {
  const app = new FakeApp({ vms: 5 })
  await start(app)
  expect(fleetStore.getState().vms).toHaveLength(5)
  expect(connectionStore.getState().connections.map(c => c.name)).toEqual(['lab A', 'lab B'])
  expect(decisionStore.getState().list).toHaveLength(3)
  expect(appStore.getState().status?.version).toBe('0.1.0')
  for (const store of [fleetStore, connectionStore, decisionStore, appStore, migrationStore, operationStore])
    expect(store.getState().feed.state).toBe('live')
})

test('when the pipe closes the stores keep their data and grow stale; it is opened again and all is live', async () => {
  const app = new FakeApp({ vms: 5 })
  const pipes = await start(app)
  pipes[0]?.close()
  await settle()
  expect(linkStore.getState()).toMatchObject({ state: 'closed', client: null })
  expect(fleetStore.getState().feed.state).toBe('stale')
  expect(fleetStore.getState().vms).toHaveLength(5)

  await vi.advanceTimersByTimeAsync(reconnectDelayMs(0))
  expect(pipes).toHaveLength(2)
  expect(linkStore.getState().state).toBe('open')
  expect(fleetStore.getState().feed.state).toBe('live')
})

test('while nobody answers the window tries again with growing pauses and says since when', async () => {
  const at: number[] = []
  stop = keepConnected(() => {
    at.push(Date.now())
    throw new Error('connection refused')
  })
  await vi.advanceTimersByTimeAsync(60_000)
  const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0))
  expect(pauses.slice(0, 6)).toEqual([500, 1000, 2000, 4000, 8000, 10_000])
  expect(linkStore.getState()).toMatchObject({ state: 'closed', failure: { code: 'unreachable' } })
})

test('a stream that fails alone is told by its own store and asked for again; the others go on', async () => {
  const app = new FakeApp({ vms: 5 })
  let asked = 0
  app.overrides = {
    'decision.watch': (input, signal) => {
      asked++
      if (asked > 1) return app.handlers()['decision.watch'](input, signal)
      throw new Failure({
        code: 'storage',
        message: 'The decisions cannot be read.',
        remedy: 'Mend the disk.',
      })
    },
  }
  await start(app)
  expect(fleetStore.getState().feed.state).toBe('live')
  expect(decisionStore.getState().feed).toMatchObject({ state: 'stale', failure: { code: 'storage' } })
  await vi.advanceTimersByTimeAsync(reconnectDelayMs(0))
  expect(decisionStore.getState().feed.state).toBe('live')
})

test('a migration started here appears as migration, operation and decision, and the operator is answered', async () => {
  const app = new FakeApp({ vms: 5 })
  await start(app)
  const [vm] = fleetStore.getState().vms
  if (!vm) throw new Error('the fake fleet is empty')
  const asked = startMigration(vm)
  await settle()
  const id = await asked
  expect(migrationStore.getState().runningByVm.get(vm.id)?.id).toBe(id)
  expect(operationStore.getState().running).toHaveLength(1)
  expect(decisionStore.getState().list[0]).toMatchObject({ kind: 'operator', migrationId: id })
  expect(toastStore.getState().toasts.at(-1)).toMatchObject({
    tone: 'done',
    message: 'Migration of db-01 started.',
  })

  for (let tick = 0; tick < 60; tick++) app.tick(100)
  await settle()
  expect(migrationStore.getState().runningByVm.size).toBe(0)
  expect(operationStore.getState().ended[0]?.state).toBe('succeeded')
})

test('what is refused, or asked while cut off, is said with its remedy', async () => {
  const app = new FakeApp({ vms: 5 })
  const pipes = await start(app)
  const [vm] = fleetStore.getState().vms
  if (!vm) throw new Error('the fake fleet is empty')
  void startMigration({ ...vm, id: 'gone' })
  await settle()
  expect(toastStore.getState().toasts.at(-1)).toMatchObject({
    tone: 'failed',
    message: 'There is no VM gone.',
  })
  pipes[0]?.close()
  await settle()
  expect(await startMigration(vm)).toBeUndefined()
  expect(toastStore.getState().toasts.at(-1)?.message).toContain('lost Longshore')
})
