import type { MigrationNetwork } from '../../../shared/model/destination-check.ts'
import type { Host } from '../../../shared/model/host.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { threeFigures } from '../../../shared/units.ts'

/** What the pool says of the hosts; a refusal is null where it would take the VM there. */
export type DestinationChecks =
  | { readonly kind: 'asking' }
  | {
      readonly kind: 'told'
      readonly refusals: ReadonlyMap<string, string | null>
      /** Hosts that do not see the VM's disk and would be given a copy. */
      readonly copiesDisk: ReadonlySet<string>
      readonly networks: ReadonlyMap<string, readonly MigrationNetwork[]>
    }
  | { readonly kind: 'failed'; readonly because: string }

export interface DestinationChoice {
  readonly hostId: string
  readonly name: string
  /** Why it cannot be chosen, as one sentence; null when it can. */
  readonly refusal: string | null
  readonly copiesDisk: boolean
}

const ownRefusal = ({ live, enabled }: Host): string | null => {
  if (!live) return 'It is not alive.'
  return enabled ? null : 'It is disabled.'
}

/** Every other host of the VM's pool, each with the reason against it: the pool's own where it has told one. */
export const destinationChoices = (
  hosts: readonly Host[],
  vm: Vm,
  checks: DestinationChecks,
): readonly DestinationChoice[] =>
  hosts
    .filter(host => host.poolId === vm.poolId && host.id !== vm.hostId)
    .map(host => {
      const told = checks.kind === 'told' ? (checks.refusals.get(host.id) ?? null) : null
      const copiesDisk = checks.kind === 'told' && checks.copiesDisk.has(host.id)
      return { hostId: host.id, name: host.name, refusal: told ?? ownRefusal(host), copiesDisk }
    })

/** A host as it is offered. */
export const destinationLabel = ({ name, refusal, copiesDisk }: DestinationChoice): string => {
  if (refusal !== null) return `${name}: ${refusal}`
  return copiesDisk ? `${name}, with a copy of its disk` : name
}

/** How the check of the hosts stands, as one sentence; null when there is nothing to say. */
export const checkWords = (checks: DestinationChecks): string | null => {
  if (checks.kind === 'asking') return 'Asking the pool which hosts can take it.'
  if (checks.kind === 'told') return null
  return `${checks.because} The hosts are offered unchecked; the pool has its say when it gets the order.`
}

/** Why the VM cannot go where it is to (null: wherever it fits), as one sentence; null when it can. */
export const whyNotThere = (
  choices: readonly DestinationChoice[],
  destinationHostId: string | null,
): string | null => {
  const chosen = choices.find(choice => choice.hostId === destinationHostId)
  if (chosen) return chosen.refusal && `${chosen.name}: ${chosen.refusal}`
  if (choices.length === 0) return 'Its pool has no other host.'
  const fit = choices.filter(choice => choice.refusal === null)
  if (fit.length === 0) return 'No other host of its pool can take it; the list of destinations says why.'
  const names = fit.map(({ name }) => name).join(' and ')
  return fit.every(({ copiesDisk }) => copiesDisk)
    ? `Its disk lies on its own host, and is copied only to a host that you choose: ${names} can take it.`
    : null
}

/** The networks by which the VM can go to a host (null: wherever it may go to); none where there is nothing to choose. */
export const networkChoices = (
  checks: DestinationChecks,
  destinationHostId: string | null,
): readonly MigrationNetwork[] => {
  if (checks.kind !== 'told') return []
  const hostIds = [...checks.refusals].flatMap(([hostId, refusal]) => (refusal === null ? [hostId] : []))
  const [first = [], ...others] = (destinationHostId === null ? hostIds : [destinationHostId]).map(
    hostId => checks.networks.get(hostId) ?? [],
  )
  const usable = first.filter(({ id }) => others.every(those => those.some(that => that.id === id)))
  return usable.length > 1 ? usable : []
}

/** A network as it is offered. */
export const networkLabel = ({ name, linkBytesPerSecond }: MigrationNetwork): string =>
  linkBytesPerSecond === null ? name : `${name}: ${threeFigures((linkBytesPerSecond * 8) / 1e9)} Gbit/s`
