import { Failure } from '../../src/shared/failure.ts'
import type { MigrationCommand } from '../../src/shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { aHost, anInventory, aVm, FakeHypervisor } from './fake-hypervisor.ts'
import { numbered, roundEnded, started } from './migration-events.ts'

type Unnumbered = Parameters<typeof numbered>[0][number]

interface Acted {
  readonly vmId: string
  readonly destinationHostId: string
  readonly events: HostMigrationEvent[]
  readonly waiting: Set<() => void>
  phase: 'live' | 'over'
}

const failure = (code: 'not-found' | 'conflict' | 'closed', message: string) =>
  new Failure({ code, message, remedy: 'Look again.' })

const pause: readonly Unnumbered[] = [{ kind: 'paused', atMs: 3000, remainingPages: 100 }]
const resumption = (remainingPages: number): Unnumbered => ({
  kind: 'resumed',
  atMs: 3040,
  pauseMs: 40,
  remainingPages,
})
const completion: Unnumbered = { kind: 'completed', atMs: 3100, totalMs: 2100, bytesSent: 1e6, stallMs: 0 }

const consequences = (command: MigrationCommand): readonly Unnumbered[] => {
  switch (command.kind) {
    case 'cancel':
      return [{ kind: 'cancelled', atMs: 2000 }]
    case 'switch':
      return [...pause, resumption(100), completion]
    case 'stop-and-copy': {
      const last = roundEnded(2, 3030, { sentPages: 100, dirtiedPages: 0, live: false })
      return [...pause, last, resumption(0), completion]
    }
    default:
      return []
  }
}

/** The fake with a pool behind it that does what it is told, at once: it passes the suite of the port. */
export const actingHypervisor = (): FakeHypervisor => {
  const capabilities = { ...aHost({ id: 'host-1' }).capabilities, pageOrder: true }
  const hosts = ['host-1', 'host-2'].map(id => aHost({ id, capabilities }))
  const fake = new FakeHypervisor(anInventory([aVm({ id: 'quick' }), aVm({ id: 'slow' })], hosts))
  const acted = new Map<string, Acted>()

  const assertOpen = () => {
    if (fake.isClosed) throw failure('closed', 'The connection was closed.')
  }
  const assertKnown = (vmId: string) => {
    if (!fake.inventory.vms.some(vm => vm.id === vmId)) throw failure('not-found', 'There is no such VM.')
  }
  const report = (move: Acted, events: readonly Unnumbered[]) => {
    const all = numbered([...move.events, ...events])
    move.events.splice(0, move.events.length, ...all)
    if (all.some(({ kind }) => kind === 'completed' || kind === 'cancelled')) move.phase = 'over'
    if (all.at(-1)?.kind === 'completed') {
      const { inventory } = fake
      const vms = inventory.vms.map(vm =>
        vm.id === move.vmId ? { ...vm, hostId: move.destinationHostId } : vm,
      )
      fake.tell({ ...inventory, vms })
    }
    for (const wake of move.waiting) wake()
  }

  const { readMetrics, readDirtyRate } = fake
  fake.readMetrics = async () => {
    assertOpen()
    return readMetrics.call(fake)
  }
  fake.readDirtyRate = async (vmId, windowMs) => {
    assertKnown(vmId)
    return readDirtyRate.call(fake, vmId, windowMs)
  }
  fake.startMigration = async ({ id, vmId, destinationHostId }) => {
    assertKnown(vmId)
    if (acted.has(id)) return
    const move: Acted = { vmId, destinationHostId, events: [], waiting: new Set(), phase: 'live' }
    acted.set(id, move)
    report(move, [started(1000), roundEnded(1, 3000, { sentPages: 100_000, dirtiedPages: 100 })])
  }
  fake.watchMigration = async function* (id, afterSequence) {
    const move = acted.get(id)
    if (!move) throw failure('not-found', 'There is no such migration.')
    for (let next = afterSequence; ; ) {
      const event = move.events[next]
      if (event) {
        next++
        yield event
      } else if (move.phase === 'over') return
      else await new Promise<void>(resolve => move.waiting.add(resolve))
    }
  }
  fake.controlMigration = async (id, command) => {
    const move = acted.get(id)
    if (!move) throw failure('not-found', 'There is no such migration.')
    if (move.phase === 'live') report(move, consequences(command))
    else if (command.kind !== 'continue') throw failure('conflict', 'It came too late.')
  }
  return fake
}
