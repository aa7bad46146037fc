import type { WorkingSetItem } from '../../shared/contract/vm.ts'
import type { Migration } from '../../shared/model/migration.ts'
import type { DirtyWindow, WorkingSet } from '../../shared/model/working-set.ts'
import { pagesOf } from '../../shared/units.ts'
import { hasEnded } from '../core/migration/transitions.ts'
import { curveOf } from '../core/working-set/dirty-curve.ts'
import { hasCurve, workingSetOf } from '../core/working-set/working-set.ts'
import type { DirtyRateReading } from '../ports/hypervisor.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import type { Connections } from './connections.ts'
import { LiveValue } from './live-value.ts'
import type { Migrator } from './migrator.ts'
import type { Sampler } from './sampler.ts'

interface Deps {
  readonly connections: Pick<Connections, 'poolOfVm'>
  readonly sampler: Pick<Sampler, 'wantCurve'>
  readonly migrator: Pick<Migrator, 'states'>
  readonly store: Pick<Store, 'putWorkingSet' | 'workingSets'>
  readonly log: Log
}

interface Guest {
  readonly vmId: string
  readonly memoryPages: number
}

/** Earlier working sets shown beside the newest. */
const SHOWN = 24

const windowOf = ({ windowMs, pages, atMs }: DirtyRateReading): DirtyWindow => ({
  windowMs,
  pages,
  atMs,
  source: 'window',
})

/** The live rounds of a migration as windows: what was dirtied while each was sent. */
const roundsOf = ({ rounds, startedAtMs, endedAtMs }: Migration): readonly DirtyWindow[] =>
  rounds
    .filter(round => round.live && round.ms > 0 && round.dirtiedPages > 0)
    .map(round => ({
      windowMs: round.ms,
      pages: round.dirtiedPages,
      atMs: Math.min(
        endedAtMs ?? Number.POSITIVE_INFINITY,
        Math.max(startedAtMs, round.startedAtMs) + round.ms,
      ),
      source: 'round',
    }))

/** The working set of each VM: from windows read one after the other, and from the rounds of its migrations. */
export class WorkingSets {
  readonly #known = new Map<string, LiveValue<WorkingSet | null>>()
  /** Migrations whose rounds have been taken. */
  readonly #taken = new Set<string>()
  readonly #abort = new AbortController()
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** To be called when earlier runs have been restored: their migrations are told first and tell nothing of now. */
  start(): void {
    for (const { id, phase } of this.#deps.migrator.states.values()) if (hasEnded(phase)) this.#taken.add(id)
    this.#follow().catch(error => this.#deps.log.error('working sets no longer follow migrations', error))
  }

  close(): void {
    this.#abort.abort()
  }

  /** Takes windows read one after the other; a single one counts only while nothing better is known. */
  take(guest: Guest, readings: readonly DirtyRateReading[]): void {
    this.#take(guest, readings.map(windowOf))
  }

  /** What is known of a VM now; null where nothing is. */
  latestOf(vmId: string): WorkingSet | null {
    return this.#known.get(vmId)?.value ?? null
  }

  /** What is known of a VM, then what becomes known, until `signal` aborts; asks for windows of other lengths. */
  async *watch(vmId: string, signal: AbortSignal): AsyncGenerator<WorkingSetItem> {
    // Throws where there is no such VM.
    this.#deps.connections.poolOfVm(vmId)
    const live = this.#liveOf(vmId)
    const past = await this.#deps.store.workingSets(vmId, SHOWN)
    if (live.value === null && past[0]) live.set(past[0])
    this.#deps.sampler.wantCurve(vmId)
    for await (const workingSet of live.watch(signal)) {
      const earlier = past.filter(other => other.atMs !== workingSet?.atMs)
      const curve = workingSet ? curveOf(workingSet) : []
      yield { workingSet, curve, earlier, because: workingSet ? null : this.#whyNone(vmId) }
    }
  }

  #liveOf(vmId: string): LiveValue<WorkingSet | null> {
    const known = this.#known.get(vmId)
    if (known) return known
    const made = new LiveValue<WorkingSet | null>(null)
    this.#known.set(vmId, made)
    return made
  }

  #take(guest: Guest, windows: readonly DirtyWindow[]): void {
    const live = this.#liveOf(guest.vmId)
    if (windows.length === 1 && live.value !== null && hasCurve(live.value)) return
    const workingSet = workingSetOf(guest, windows)
    if (workingSet === null) return
    live.set(workingSet)
    if (hasCurve(workingSet)) this.#deps.store.putWorkingSet(workingSet)
  }

  async #follow(): Promise<void> {
    for await (const changed of this.#deps.migrator.states.watch(this.#abort.signal))
      for (const migration of changed) {
        if (!hasEnded(migration.phase) || this.#taken.has(migration.id)) continue
        this.#taken.add(migration.id)
        const { vmId, memoryPages } = migration
        this.#take({ vmId, memoryPages }, roundsOf(migration))
      }
  }

  #whyNone(vmId: string): string {
    const { inventory } = this.#deps.connections.poolOfVm(vmId)
    const vm = inventory.vms.find(candidate => candidate.id === vmId)
    const host = inventory.hosts.find(candidate => candidate.id === vm?.hostId)
    if (!host) return 'It is not running.'
    return host.capabilities.dirtyRate
      ? 'Its first dirty-rate reading is awaited: within a minute of connecting.'
      : `${host.name} cannot count dirty pages: it has no host plugin. The rounds of a migration would tell.`
  }
}

/** The part of a VM that a working set is about. */
export const guestOf = (vm: { readonly id: string; readonly memoryBytes: number }): Guest => ({
  vmId: vm.id,
  memoryPages: pagesOf(vm.memoryBytes),
})
