import { afterEach, expect, test } from 'vitest'
import type { AutomationLevel } from '../../src/shared/model/connection.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { aHost, anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { aConsole } from '../support/a-console.ts'

/** Above half of a 10 Gbit/s link's 305,175 pages/s. */
const STORM = 200_000

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A pool with one VM that storms from the beginning on. */
const aStorm = async (level: AutomationLevel = 'automatic') => {
  const hosts = ['host-1', 'host-2'].map(id => aHost({ id }))
  const hypervisor = new FakeHypervisor(anInventory([aVm({ id: 'db' })], hosts))
  const clock = new FakeClock()
  hypervisor.atMs = clock.now()
  const running = aConsole({ connect: async () => hypervisor, clock, level })
  closers.push(running.close)
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      hypervisor.atMs += 1000
      await clock.advance(1000)
    }
  }
  await pass(10)
  hypervisor.storm('db', STORM)
  const outcomes = () => running.decisions.states.values().map(({ outcome }) => outcome)
  return { ...running, hypervisor, pass, outcomes }
}

test('what STOP kept from acting acts when it is taken back, and is said once while it lasts', async () => {
  const { hypervisor, stopSwitch, pass, outcomes } = await aStorm()
  stopSwitch.stop()
  await pass(200)
  expect(outcomes()).toEqual(['would migrate to host-2'])
  expect(hypervisor.orders).toEqual([])
  stopSwitch.resume()
  await pass(40)
  expect(outcomes()).toEqual(['would migrate to host-2', 'migrate to host-2'])
  expect(hypervisor.orders).toMatchObject([{ vmId: 'db' }])
})

test('what a level kept from acting acts when the level is raised', async () => {
  const { hypervisor, connections, pass } = await aStorm('advise')
  await pass(100)
  expect(hypervisor.orders).toEqual([])
  connections.setLevel('c', 'automatic')
  await pass(50)
  expect(hypervisor.orders).toHaveLength(1)
})

test('a VM that no host could take moves when one can', async () => {
  const { hypervisor, pass, outcomes } = await aStorm()
  hypervisor.listDestinations = async () => []
  await pass(150)
  expect(outcomes()).toEqual(['not migrated'])
  hypervisor.listDestinations = async () => ['host-2']
  await pass(40)
  expect(hypervisor.orders).toHaveLength(1)
})

test('another hindrance is said, and one that goes away when the storm is over leads to nothing', async () => {
  const { hypervisor, stopSwitch, pass, outcomes } = await aStorm()
  hypervisor.listDestinations = async () => []
  await pass(80)
  stopSwitch.stop()
  hypervisor.listDestinations = async () => ['host-2']
  await pass(40)
  expect(outcomes()).toEqual(['not migrated', 'would migrate to host-2'])
  hypervisor.storm('db', 0)
  await pass(130)
  stopSwitch.resume()
  await pass(100)
  expect(hypervisor.orders).toEqual([])
})
