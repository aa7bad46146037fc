import { type Domain, isMigratingOut } from './domain.ts'

/** A domain as it was looked at on a host, and before that. */
export interface HostDomain {
  readonly hostName: string
  readonly atMs: number
  readonly domain: Domain
  readonly before: { readonly atMs: number; readonly domain: Domain } | null
}

/** Which of two domains of one UUID is the VM: the one that runs it, then the one that hands it over. */
const standing = ({ domain }: HostDomain): number => {
  if (domain.powerState === 'running') return 3
  if (domain.powerState === 'halted') return 0
  return isMigratingOut(domain) ? 2 : 1
}

/** Domains of one UUID are one VM that moves, or has moved. What its source says of the move is said of it. */
export const placeDomains = (domains: readonly HostDomain[]): readonly HostDomain[] =>
  [...Map.groupBy(domains, ({ domain }) => domain.uuid).values()].flatMap(all => {
    const [first] = all.toSorted((a, b) => standing(b) - standing(a))
    if (first === undefined) return []
    const job = first.domain.job ?? all.find(({ domain }) => isMigratingOut(domain))?.domain.job ?? null
    return [{ ...first, domain: { ...first.domain, job } }]
  })
