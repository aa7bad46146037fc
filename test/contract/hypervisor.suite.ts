import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Hypervisor, Inventory } from '../../src/main/ports/hypervisor.ts'
import { Failure } from '../../src/shared/failure.ts'
import type { Capabilities } from '../../src/shared/model/capabilities.ts'
import type { MigrationCommand } from '../../src/shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import type { Lease } from '../../src/shared/model/pool-guards.ts'

/** A connection, and VMs there to be moved. */
export interface HypervisorBench {
  readonly hypervisor: Hypervisor
  /** A running VM that moves in a moment, and a host that takes it. */
  readonly quick: { readonly vmId: string; readonly destinationHostId: string }
  /** One whose memory takes seconds. */
  readonly slow: { readonly vmId: string; readonly destinationHostId: string }
  stop(): Promise<void>
}

const never = new AbortController().signal

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => 'no failure',
    (thrown: unknown) => thrown,
  )
  return error instanceof Failure ? error.code : String(error)
}

/** What every adapter of the port owes those who use it; what its hosts cannot do is refused as `unsupported`. */
export const describeHypervisor = (name: string, open: () => Promise<HypervisorBench>): void => {
  describe(name, () => {
    let bench: HypervisorBench
    let inventory: Inventory
    beforeEach(async () => {
      bench = await open()
      inventory = await seen(() => true)
    })
    afterEach(() => bench.stop())

    const seen = async (isWanted: (inventory: Inventory) => boolean): Promise<Inventory> => {
      for await (const each of bench.hypervisor.watchInventory(never)) if (isWanted(each)) return each
      throw new Error('the inventory ended')
    }
    const vmOf = (vmId: string) => inventory.vms.find(vm => vm.id === vmId)
    const capabilitiesOf = (vmId: string): Capabilities => {
      const host = inventory.hosts.find(({ id }) => id === vmOf(vmId)?.hostId)
      if (!host) throw new Error('the VM runs nowhere')
      return host.capabilities
    }
    const events = (id: string, after = 0) => bench.hypervisor.watchMigration(id, after, never)
    const tell = (id: string, command: MigrationCommand) =>
      bench.hypervisor.controlMigration(id, command, never)

    /** Follows a migration to its end and has it stop after its first round, where it can be told. */
    const toTheEnd = async (id: string, vmId: string): Promise<readonly HostMigrationEvent[]> => {
      const all: HostMigrationEvent[] = []
      const { stopAndCopy } = capabilitiesOf(vmId)
      for await (const event of events(id)) {
        all.push(event)
        if (event.kind === 'round-ended' && event.live && stopAndCopy)
          await tell(id, { kind: 'stop-and-copy' }).catch(() => undefined)
      }
      return all
    }

    test('the inventory comes first: every VM that runs is on a host of it', () => {
      const hostIds = new Set(inventory.hosts.map(({ id }) => id))
      expect(inventory.hosts.length).toBeGreaterThan(1)
      for (const vm of inventory.vms) if (vm.hostId !== null) expect(hostIds).toContain(vm.hostId)
    })

    test('metrics are of the VMs and hosts of the inventory, ratios from 0 to 1', async () => {
      const { vms, hosts } = await bench.hypervisor.readMetrics(never)
      expect(vms.map(({ vmId }) => vmId)).toContain(bench.quick.vmId)
      expect(new Set(hosts.map(({ hostId }) => hostId))).toEqual(new Set(inventory.hosts.map(({ id }) => id)))
      for (const { cpuRatio } of vms)
        if (cpuRatio.origin !== 'unavailable') {
          expect(cpuRatio.value).toBeGreaterThanOrEqual(0)
          expect(cpuRatio.value).toBeLessThanOrEqual(1)
        }
    })

    test('a dirty rate is measured in its window, or refused', async () => {
      const { vmId } = bench.quick
      const read = () => bench.hypervisor.readDirtyRate(vmId, 100, never)
      if (!capabilitiesOf(vmId).dirtyRate) return expect(await codeOf(read())).toBe('unsupported')
      expect((await read()).windowMs).toBe(100)
      // On a crowded machine a guest may not get to write in so short a time.
      await expect.poll(async () => (await read()).pages).toBeGreaterThan(0)
    })

    test('heat has a figure of each kind for each region, no more regions than asked for, or is refused', async () => {
      const { vmId } = bench.quick
      const reading = bench.hypervisor.readPageHeat(vmId, 16, never)
      if (!capabilitiesOf(vmId).pageHeat) return expect(await codeOf(reading)).toBe('unsupported')
      const { regionPages, totalPages, frequency, locality, recency } = await reading
      const regions = Math.ceil(totalPages / regionPages)
      expect(regions).toBeLessThanOrEqual(16)
      expect([frequency.length, locality.length, recency.length]).toEqual([regions, regions, regions])
    })

    test("destinations are other hosts of the VM's pool, and each other host has a word said on it", async () => {
      const { vmId, destinationHostId } = bench.quick
      const others = inventory.hosts.map(({ id }) => id).filter(id => id !== vmOf(vmId)?.hostId)
      const possible = await bench.hypervisor.listDestinations(vmId, never)
      expect(possible).toContain(destinationHostId)
      expect(others).toEqual(expect.arrayContaining([...possible]))
      const checks = await bench.hypervisor.checkDestinations(vmId, never)
      expect(new Set(checks.map(({ hostId }) => hostId))).toEqual(new Set(others))
    })

    test('a migration is told from its start to one end, numbered without gaps, and the VM is where it was to go', async () => {
      const { vmId, destinationHostId } = bench.quick
      await bench.hypervisor.startMigration({ id: 'm-1', ...bench.quick }, never)
      const told = await toTheEnd('m-1', vmId)
      expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1))
      expect(told[0]?.kind).toBe('started')
      expect(told.filter(({ kind }) => kind === 'completed')).toHaveLength(1)
      expect(told.at(-1)?.kind).toBe('completed')
      await seen(({ vms }) => vms.find(vm => vm.id === vmId)?.hostId === destinationHostId)
    })

    test('who asks after an event gets those that came later, the same again', async () => {
      await bench.hypervisor.startMigration({ id: 'm-1', ...bench.quick }, never)
      const told = await toTheEnd('m-1', bench.quick.vmId)
      const again: HostMigrationEvent[] = []
      for await (const event of events('m-1', 1)) again.push(event)
      expect(again).toEqual(told.slice(1))
    })

    test('an order given twice is one', async () => {
      const order = { id: 'm-1', ...bench.quick }
      await bench.hypervisor.startMigration(order, never)
      await bench.hypervisor.startMigration(order, never)
      const told = await toTheEnd('m-1', bench.quick.vmId)
      expect(told.filter(({ kind }) => kind === 'started')).toHaveLength(1)
    })

    test('a cancelled migration says so, and the VM stays', async () => {
      const { vmId } = bench.slow
      const { hostId } = vmOf(vmId) ?? {}
      await bench.hypervisor.startMigration({ id: 'm-1', ...bench.slow }, never)
      await tell('m-1', { kind: 'cancel' })
      const kinds: string[] = []
      for await (const { kind } of events('m-1')) kinds.push(kind)
      expect(kinds.at(-1)).toBe('cancelled')
      await seen(({ vms }) => vms.find(vm => vm.id === vmId)?.hostId === hostId)
    })

    test.each<[what: string, MigrationCommand, keyof Capabilities]>([
      ['a switch', { kind: 'switch' }, 'postCopy'],
      ['stop-and-copy', { kind: 'stop-and-copy' }, 'stopAndCopy'],
      ['a bandwidth', { kind: 'bandwidth', bytesPerSecond: 50e6 }, 'bandwidth'],
      ['any bandwidth', { kind: 'bandwidth', bytesPerSecond: null }, 'bandwidth'],
    ])('%s is taken where the host can do it, else refused', async (_, command, ability) => {
      const { vmId } = bench.slow
      await bench.hypervisor.startMigration({ id: 'm-1', ...bench.slow }, never)
      const answer = await codeOf(tell('m-1', command))
      expect(answer).toBe(capabilitiesOf(vmId)[ability] ? 'no failure' : 'unsupported')
      await tell('m-1', { kind: 'cancel' }).catch(() => undefined)
    })

    test('a page order of the right size is taken where the host can do it, else refused', async () => {
      const { vmId } = bench.slow
      await bench.hypervisor.startMigration({ id: 'm-1', ...bench.slow }, never)
      const pages = (vmOf(vmId)?.memoryBytes ?? 0) / 4096
      const classes = Uint8Array.from({ length: 64 }, (_, region) => region % 3)
      const answer = await codeOf(tell('m-1', { kind: 'page-order', regionPages: pages / 64, classes }))
      expect(answer).toBe(capabilitiesOf(vmId).pageOrder ? 'no failure' : 'unsupported')
      await tell('m-1', { kind: 'cancel' })
    })

    test('rounds count from 1, and after the end nothing is taken but what is not needed any more', async () => {
      const { vmId } = bench.quick
      await bench.hypervisor.startMigration({ id: 'm-1', ...bench.quick }, never)
      const told = await toTheEnd('m-1', vmId)
      const rounds = told.flatMap(event => (event.kind === 'round-ended' ? [event.round] : []))
      expect(rounds).toEqual(rounds.map((_, index) => index + 1))
      expect(rounds.length > 0).toBe(capabilitiesOf(vmId).rounds)
      expect(await codeOf(tell('m-1', { kind: 'continue' }))).toBe('no failure')
      if (capabilitiesOf(vmId).postCopy)
        expect(await codeOf(tell('m-1', { kind: 'switch' }))).toBe('conflict')
    })

    test('a migration or a VM that nobody knows is not found', async () => {
      const first = events('none')[Symbol.asyncIterator]().next()
      expect(await codeOf(first)).toBe('not-found')
      const { destinationHostId } = bench.quick
      const order = { id: 'm-1', vmId: 'none', destinationHostId }
      expect(await codeOf(bench.hypervisor.startMigration(order, never))).toBe('not-found')
      expect(await codeOf(bench.hypervisor.readDirtyRate('none', 100, never))).toBe('not-found')
    })

    test('of two that take the lease, the one who named the present one has it', async () => {
      const lease = (holder: string): Lease => ({ holder, name: holder, untilMs: 4e12 })
      expect(await bench.hypervisor.replaceLease(null, lease('a'), never)).toBe(true)
      await seen(({ pool }) => pool.guards.lease?.holder === 'a')
      expect(await bench.hypervisor.replaceLease(null, lease('b'), never)).toBe(false)
      expect(await bench.hypervisor.replaceLease(lease('a'), null, never)).toBe(true)
    })

    test('once closed it answers nothing, and closing again is harmless', async () => {
      await bench.hypervisor.close()
      await bench.hypervisor.close()
      expect(await codeOf(bench.hypervisor.readMetrics(never))).toBe('closed')
    })
  })
}
