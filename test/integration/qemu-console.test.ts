import { existsSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connectQemu } from '../../src/main/adapters/qemu/qemu-hypervisor.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { hasEnded } from '../../src/main/core/migration/transitions.ts'
import type { Hypervisor, Inventory } from '../../src/main/ports/hypervisor.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { MIB } from '../../src/shared/units.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { aConsole } from '../support/a-console.ts'
import {
  filesOn,
  type GuestListener,
  leftOf,
  listenToGuest,
  type RealHosts,
  realHosts,
  realParts,
} from '../support/real-guests.ts'
import { writeHostsFile } from '../support/real-hosts-file.ts'

const real = await realParts()
const never = new AbortController().signal

describe.skipIf(!real.can)(`a console of QEMU hosts${real.can ? '' : ` (${real.because})`}`, () => {
  if (!real.can) return
  let hosts: RealHosts
  let guest: GuestListener
  const open: Hypervisor[] = []
  beforeAll(async () => {
    hosts = realHosts(real.parts)
    const { serial } = await hosts.start('writer', 'uniform 64 4000')
    guest = listenToGuest()
    await guest.listen(serial)
    await guest.beat(({ writes }) => writes > 1000)
    guest.close()
  })
  afterEach(() => Promise.all(open.splice(0).map(each => each.close())).then(() => undefined))
  afterAll(async () => {
    await hosts.close()
    expect(leftOf(hosts.folder)).toEqual([])
  })

  const connect = async (url: string): Promise<Hypervisor> => {
    const settings = { id: 'c', name: 'QEMU', url }
    const hypervisor = await connectQemu({ settings, clock: systemClock, log: silentLog }, never)
    open.push(hypervisor)
    return hypervisor
  }
  /** The guest, when it runs and nothing is under way with it. */
  const atRest = async (hypervisor: Hypervisor): Promise<Inventory> => {
    for await (const inventory of hypervisor.watchInventory(never))
      if (inventory.vms.some(vm => vm.immovableBecause === null)) return inventory
    throw new Error('the inventory ended')
  }
  const orderIn = ({ vms, hosts: all }: Inventory) => {
    const [vm] = vms
    return {
      id: 'm-1',
      vmId: vm?.id ?? '',
      destinationHostId: all.find(({ id }) => id !== vm?.hostId)?.id ?? '',
    }
  }
  const expectIntact = async ({ vms, hosts: all }: Inventory) => {
    const at = all.find(({ id }) => id === vms[0]?.hostId)?.name
    const listener = listenToGuest()
    await listener.listen(filesOn(at === 'source' ? hosts.source : hosts.destination, 'writer').serial)
    await listener.beat()
    listener.say('stop')
    expect(await listener.verify()).toBe(0)
    listener.say('workload uniform 64 4000')
    listener.close()
  }

  test('moves a guest that writes in hybrid mode, and knows its rounds, its pause and its page requests', async () => {
    const url = writeHostsFile(hosts, 'console.json', 64 * MIB)
    const running = aConsole({ connect: () => connect(url), clock: systemClock, level: 'advise' })
    const { migrator, manual, connections, loop } = running
    try {
      await expect.poll(() => loop.latestOf('c')?.vms.length).toBeGreaterThan(0)
      const move = async () => {
        await expect.poll(() => connections.pools[0]?.inventory.vms[0]?.immovableBecause).toBeNull()
        const vmId = connections.pools[0]?.inventory.vms[0]?.id ?? ''
        const id = await manual.start({ vmId, policy: 'hybrid-static' })
        const state = () => migrator.states.get(id)
        await expect.poll(() => hasEnded(state()?.phase ?? 'checks')).toBe(true)
        return state()
      }
      let migration = await move()
      // A guest that came to no writing, as on a crowded machine, leaves nothing to be pushed.
      for (let again = 0; again < 2 && migration?.postCopy === null; again++) migration = await move()
      expect(migration).toMatchObject({ phase: 'completed', ending: { kind: 'post-copy' } })
      expect(migration?.rounds.length).toBeGreaterThan(1)
      expect(migration?.downtimeMs).toBeGreaterThan(0)
      expect(migration?.postCopy?.pushedPages).toBeGreaterThan(0)
    } finally {
      await running.close()
    }
    const later = await connect(url)
    await expectIntact(await atRest(later))
  })

  test.each<[string, (event: HostMigrationEvent) => boolean, boolean]>([
    ['in its first round', ({ kind }) => kind === 'round-progress', false],
    ['after the switch', ({ kind }) => kind === 'post-copy-progress', true],
  ])('a console that ends %s is followed by one that hears the whole migration', async (when, isMoment, isSwitched) => {
    const url = writeHostsFile(hosts, `${when.replaceAll(' ', '-')}.json`, 64 * MIB)
    const first = await connect(url)
    await first.startMigration(orderIn(await atRest(first)), never)
    if (isSwitched) await first.controlMigration('m-1', { kind: 'switch' }, never)
    for await (const event of first.watchMigration('m-1', 0, never)) if (isMoment(event)) break
    await first.close()

    const second = await connect(url)
    const told: HostMigrationEvent[] = []
    for await (const event of second.watchMigration('m-1', 0, never)) {
      told.push(event)
      if (event.kind === 'round-ended' && event.live)
        await second.controlMigration('m-1', { kind: 'stop-and-copy' }, never).catch(() => undefined)
    }
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1))
    expect(told.filter(({ kind }) => kind === 'started')).toHaveLength(1)
    expect(told.at(-1)?.kind).toBe('completed')
    await expectIntact(await atRest(second))
  })

  test('cancelled while its destination gets ready, the guest stays, and nothing is left of the destination', async () => {
    const hypervisor = await connect(writeHostsFile(hosts, 'cancelled.json', 64 * MIB))
    const inventory = await atRest(hypervisor)
    const taken = hypervisor.startMigration({ ...orderIn(inventory), id: 'm-2' }, never)
    const outcome = expect(taken).rejects.toMatchObject({ name: 'AbortError' })
    const at = inventory.hosts.find(({ id }) => id === inventory.vms[0]?.hostId)?.name
    const { notes } = filesOn(at === 'source' ? hosts.destination : hosts.source, 'writer')
    // Written just before QEMU is started.
    await expect.poll(() => existsSync(notes), { interval: 5 }).toBe(true)
    await hypervisor.controlMigration('m-2', { kind: 'cancel' }, never)
    await outcome
    expect(leftOf(hosts.folder).filter(line => line.startsWith('qemu'))).toHaveLength(1)
    await expectIntact(await atRest(hypervisor))
  })
})
