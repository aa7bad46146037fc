import { expect, test, vi } from 'vitest'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import type { RealLabOptions, StartRealLab } from '../../src/main/ports/real-lab.ts'
import type { ConnectionSetup } from '../../src/main/services/connections.ts'
import { Operations } from '../../src/main/services/operations.ts'
import { RealLabDesk } from '../../src/main/services/real-lab-desk.ts'
import { Failure } from '../../src/shared/failure.ts'
import { realLabIds } from '../../src/shared/model/connection.ts'
import { recordingLog } from '../support/recording-log.ts'

const aDesk = (startLab: StartRealLab, ...known: readonly ConnectionSetup[]) => {
  const operations = new Operations(systemClock)
  const added = [...known]
  const connections = {
    add: (setup: ConnectionSetup) => void added.push(setup),
    setup: (connectionId: string) => added.find(({ id }) => id === connectionId),
    remove: async (connectionId: string) =>
      void added.splice(
        added.findIndex(({ id }) => id === connectionId),
        1,
      ),
  }
  const migrator = { running: [] as { connectionId: string; vmName: string }[] }
  const desk = new RealLabDesk({ startLab, connections, operations, migrator, log: recordingLog() })
  const stateOf = (id: string) => operations.states.get(id)
  return { desk, operations, added, migrator, stateOf }
}

const untilAborted = ({ signal }: RealLabOptions): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('a lab of real VMs is connected to when it runs, and ends with the console', async () => {
  const close = vi.fn(async () => {})
  const { desk, added, stateOf } = aDesk(async ({ onProgress }) => {
    onProgress(0.8)
    return { url: 'file:///lab/hosts.json', close }
  })
  const { operationId } = desk.start()
  await expect.poll(() => stateOf(operationId)?.state).toBe('succeeded')
  expect(added).toMatchObject([{ url: 'file:///lab/hosts.json', isLab: true, level: 'advise' }])
  expect(() => desk.start()).toThrow(/started already/)
  await desk.close()
  expect(close).toHaveBeenCalledOnce()
})

test('a lab whose start is cancelled can be started again', async () => {
  const { desk, operations, added, stateOf } = aDesk(untilAborted)
  const { operationId } = desk.start()
  expect(() => desk.start()).toThrow(/started already/)
  operations.cancel(operationId)
  await expect.poll(() => stateOf(operationId)?.state).toBe('cancelled')
  expect(added).toEqual([])
  desk.start()
  await desk.close()
})

test('a lab that cannot be started says why', async () => {
  const why = { code: 'unsupported', message: 'There is no QEMU.', remedy: 'Install it.' } as const
  const { desk, stateOf } = aDesk(() => Promise.reject(new Failure(why)))
  const { operationId } = desk.start()
  await expect.poll(() => stateOf(operationId)).toMatchObject({ state: 'failed', failure: why })
})

test('a console that is connected to such a lab already starts no second one', () => {
  const known = {
    id: realLabIds.given,
    name: 'lab of real VMs',
    url: 'file:///lab/hosts.json',
    user: 'root',
    password: '',
    level: 'advise',
  } as const
  const { desk, added } = aDesk(untilAborted, known)
  expect(() => desk.start()).toThrow(/started already/)
  expect(() => desk.stop()).toThrow(/was started with Longshore/)
  expect(added).toEqual([known])
})

test('a lab that is stopped is disconnected, then ended, and can be started again', async () => {
  const steps: string[] = []
  const { desk, added, stateOf } = aDesk(async () => ({
    url: 'file:///lab/hosts.json',
    close: async () => void steps.push(`ended with ${added.length} connections`),
  }))
  expect(() => desk.stop()).toThrow(/No lab of real VMs runs/)
  const { operationId: starting } = desk.start()
  expect(() => desk.stop()).toThrow(/No lab of real VMs runs/)
  await expect.poll(() => stateOf(starting)?.state).toBe('succeeded')
  const { operationId } = desk.stop()
  expect(stateOf(operationId)).toMatchObject({ state: 'running', cancellable: false })
  expect(() => desk.start()).toThrow(/is being stopped/)
  await expect.poll(() => stateOf(operationId)?.state).toBe('succeeded')
  expect(steps).toEqual(['ended with 0 connections'])
  desk.start()
  await desk.close()
})

test('a lab that cannot be stopped says why, stays connected and can be stopped again', async () => {
  const close = vi
    .fn(async () => {})
    .mockRejectedValueOnce(new Failure({ code: 'storage', message: 'Full.', remedy: 'Free.' }))
  const { desk, added, stateOf } = aDesk(async () => ({ url: 'file:///lab/hosts.json', close }))
  const { operationId: starting } = desk.start()
  await expect.poll(() => stateOf(starting)?.state).toBe('succeeded')
  const { operationId } = desk.stop()
  await expect
    .poll(() => stateOf(operationId))
    .toMatchObject({ state: 'failed', failure: { message: 'Full.' } })
  expect(added).toMatchObject([{ id: realLabIds.own }])
  const { operationId: again } = desk.stop()
  await expect.poll(() => stateOf(again)?.state).toBe('succeeded')
  expect(added).toEqual([])
})

test('a console that ends tries once more to end a lab that it could not stop', async () => {
  const close = vi.fn(async () => {}).mockRejectedValueOnce(new Error('busy'))
  const { desk, added, stateOf } = aDesk(async () => ({ url: 'file:///lab/hosts.json', close }))
  const { operationId: starting } = desk.start()
  await expect.poll(() => stateOf(starting)?.state).toBe('succeeded')
  desk.stop()
  await desk.close()
  expect(close).toHaveBeenCalledTimes(2)
  expect(added).toEqual([])
})

test('a lab is not stopped while one of its VMs moves', async () => {
  const { desk, migrator, stateOf } = aDesk(async () => ({
    url: 'file:///lab/hosts.json',
    close: async () => {},
  }))
  const { operationId: starting } = desk.start()
  await expect.poll(() => stateOf(starting)?.state).toBe('succeeded')
  migrator.running.push(
    { connectionId: 'other', vmName: 'web' },
    { connectionId: realLabIds.own, vmName: 'heavy' },
  )
  expect(() => desk.stop()).toThrow(/heavy of the lab is being migrated/)
  await desk.close()
})
