import type { Host } from '../../shared/model/host.ts'
import type { Pool } from '../../shared/model/pool.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { actionsOn, openPalette, type Subject, type World } from '../state/index.ts'

/** Something the palette can do. `hint` is what it is or where it is, `run` does it. */
export interface Entry {
  readonly id: string
  readonly words: string
  readonly hint: string
  /** Why it cannot be done now, as one sentence; null when it can. */
  readonly reason: string | null
  readonly run: () => void
}

/** Most entries shown at once. */
export const SHOWN = 12

const rank = (words: string, query: string): number => {
  const at = words.indexOf(query)
  if (at < 0) return 3
  if (at === 0) return 0
  return /\W/.test(words[at - 1] ?? '') ? 1 : 2
}

/** The entries that hold every word of `query`, those that begin with it first; at most SHOWN. */
export const matching = (entries: readonly Entry[], query: string): readonly Entry[] => {
  const wanted = query.trim().toLowerCase()
  const parts = wanted.split(/\s+/)
  return entries
    .map((entry, order) => ({ entry, order, text: `${entry.words} ${entry.hint}`.toLowerCase() }))
    .filter(({ text }) => parts.every(part => text.includes(part)))
    .map(found => ({ ...found, rank: rank(found.entry.words.toLowerCase(), wanted) }))
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .slice(0, SHOWN)
    .map(({ entry }) => entry)
}

/** Entries for every VM, host and pool of the fleet. */
export const fleetEntries = (
  fleet: {
    readonly vms: readonly Vm[]
    readonly hosts: readonly Host[]
    readonly pools: readonly Pool[]
    readonly hostsById: ReadonlyMap<string, Host>
    readonly poolsById: ReadonlyMap<string, Pool>
  },
  open: {
    readonly vm: (vm: Vm) => void
    readonly host: (host: Host) => void
    readonly pool: (pool: Pool) => void
  },
): readonly Entry[] => [
  ...fleet.vms.map(vm => {
    const host = vm.hostId === null ? undefined : fleet.hostsById.get(vm.hostId)
    const pool = fleet.poolsById.get(vm.poolId)?.name ?? ''
    return {
      id: `vm ${vm.id}`,
      words: vm.name,
      hint: `VM, ${host ? `on ${host.name}` : vm.powerState}, ${pool}`,
      reason: null,
      run: () => open.vm(vm),
    }
  }),
  ...fleet.hosts.map(host => ({
    id: `host ${host.id}`,
    words: host.name,
    hint: `host, ${fleet.poolsById.get(host.poolId)?.name ?? ''}`,
    reason: null,
    run: () => open.host(host),
  })),
  ...fleet.pools.map(pool => ({
    id: `pool ${pool.id}`,
    words: pool.name,
    hint: 'pool',
    reason: null,
    run: () => open.pool(pool),
  })),
]

/** What a key is called on a keyboard: `Ctrl+K`, `M`, `?`. */
export const keyWords = (keys: string): string =>
  keys.replace(/(^|\+)([a-z])$/, (_, before: string, letter: string) => before + letter.toUpperCase())

const subjectWords = (subject: Subject, { fleet, migrations }: World): string => {
  switch (subject.kind) {
    case 'vms': {
      const [vmId] = subject.vmIds
      if (subject.vmIds.length > 1) return `${subject.vmIds.length} VMs`
      return (vmId !== undefined && fleet.vmsById.get(vmId)?.name) || 'VM'
    }
    case 'migration':
      return migrations.byId.get(subject.migrationId)?.vmName ?? 'migration'
    default:
      return ''
  }
}

/** Entries for all that can be done to what the window is about, with the reasons for what cannot be done now. */
export const actionEntries = (subjects: readonly Subject[], world: World): readonly Entry[] =>
  subjects.flatMap(subject => {
    const about = subjectWords(subject, world)
    return actionsOn(subject, world)
      .filter(({ id }) => id !== openPalette.id)
      .map(({ id, label, keys, reason, run }) => ({
        id: `${subject.kind} ${id}`,
        words: about === '' ? label : label.replace(/(\.\.\.)?$/, ` ${about}$1`),
        hint: keys === undefined ? 'action' : `action, ${keyWords(keys)}`,
        reason,
        run: () => void run(),
      }))
  })
