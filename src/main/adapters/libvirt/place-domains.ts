import { type Domain, isMigratingOut } from './domain.ts'
import { overlap, type RunningSpan } from './running-spans.ts'

/** A domain as it was looked at on a host, and before that. */
export interface HostDomain {
  readonly hostName: string
  readonly atMs: number
  readonly domain: Domain
  readonly before: { readonly atMs: number; readonly domain: Domain } | null
  /** While it is sure to have run; null where it was not seen running. */
  readonly ran: RunningSpan | null
}

/** A domain that is a VM. */
export interface PlacedDomain extends HostDomain {
  /** The domain's UUID, of all but the first that runs under it with its host's name. */
  readonly key: string
  /** Other hosts where a domain of its UUID runs at the same time. */
  readonly alsoOn: readonly string[]
}

/** Which of two domains of one UUID is the VM: the one that runs it, then the one that hands it over. */
const standing = ({ domain }: HostDomain): number => {
  if (domain.powerState === 'running') return 3
  if (domain.powerState === 'halted') return 0
  return isMigratingOut(domain) ? 2 : 1
}

/** What its source says of the move is said of a VM that moves. */
const movingVm = (domains: readonly HostDomain[]): readonly PlacedDomain[] => {
  const [first] = domains.toSorted((a, b) => standing(b) - standing(a))
  if (first === undefined) return []
  const job = first.domain.job ?? domains.find(({ domain }) => isMigratingOut(domain))?.domain.job ?? null
  return [{ ...first, domain: { ...first.domain, job }, key: first.domain.uuid, alsoOn: [] }]
}

/** Domains of one UUID are one VM that moves, or has moved, unless they run at the same time. */
export const placeDomains = (domains: readonly HostDomain[]): readonly PlacedDomain[] =>
  [...Map.groupBy(domains, ({ domain }) => domain.uuid)].flatMap(([uuid, all]) => {
    const twins = all.filter(one => all.some(other => other !== one && overlap(one.ran, other.ran)))
    if (twins.length === 0) return movingVm(all)
    return twins.map((twin, at) => ({
      ...twin,
      key: at === 0 ? uuid : `${uuid}@${twin.hostName}`,
      alsoOn: twins.filter(other => other !== twin).map(({ hostName }) => hostName),
    }))
  })
