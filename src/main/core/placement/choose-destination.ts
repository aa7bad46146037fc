import type { Alternative } from '../../../shared/model/decision.ts'
import { formatBytes } from '../../../shared/units.ts'
import { loadIndex } from './load-index.ts'

/** What the server says of a host as a destination. `with-disk` where it would be given a copy of the VM's disk. */
export type Acceptance =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'with-disk' }
  /** `because` is null while it has not been asked for its reason. */
  | { readonly kind: 'refused'; readonly because: string | null }

/** A host as the choice of a destination sees it; null where a figure is unavailable. */
export interface Candidate {
  readonly id: string
  readonly name: string
  readonly acceptance: Acceptance
  readonly enabled: boolean
  readonly live: boolean
  readonly memoryBytes: number
  readonly memoryFreeBytes: number | null
  readonly cpuRatio: number | null
  readonly incomingMigrations: number
}

export interface DestinationChoice {
  /** Null when no host will do. */
  readonly hostId: string | null
  readonly alternatives: readonly Alternative[]
  /** What would let a host take the VM, as one sentence; null where one was chosen and where nothing is known to help. */
  readonly remedy: string | null
}

type Hindrance =
  | 'disabled'
  | 'silent'
  | 'full'
  | 'busy'
  | 'refused-by-server'
  | 'memory-unknown'
  | 'needs-disk'

interface Refusal {
  readonly hindrance: Hindrance
  readonly because: string
}

/** What the server has against it in its own words, where it was asked for them. */
const reasonOf = (acceptance: Acceptance): string | null =>
  acceptance.kind === 'refused' ? acceptance.because : null

const refusalOf = (host: Candidate, needBytes: number, maxIncoming: number): Refusal | null => {
  const { acceptance, memoryFreeBytes: free } = host
  const refused = (hindrance: Hindrance, because: string): Refusal => ({ hindrance, because })
  const ours = (hindrance: Hindrance, because: string): Refusal => {
    const said = reasonOf(acceptance)
    return refused(hindrance, said === null ? because : `${because}; the server says: ${said}`)
  }
  if (!host.live) return refused('silent', 'it does not answer')
  if (!host.enabled) return ours('disabled', 'it is disabled for maintenance')
  if (free !== null && free < needBytes)
    return ours('full', `it has ${formatBytes(free)} of memory free and ${formatBytes(needBytes)} are needed`)
  if (host.incomingMigrations >= maxIncoming)
    return ours('busy', 'it is taking as many migrations as are allowed')
  if (acceptance.kind === 'refused')
    return refused('refused-by-server', reasonOf(acceptance) ?? 'the server would not accept the VM there')
  if (free === null) return refused('memory-unknown', 'its free memory is not known')
  return acceptance.kind === 'with-disk'
    ? refused('needs-disk', 'it does not see the disk, which is copied only to a host that a person names')
    : null
}

/** What helps against a hindrance, where that is known; what takes least comes first. */
const remedies: readonly (readonly [Hindrance, (hosts: string) => string])[] = [
  ['needs-disk', hosts => `Name ${hosts}, which can take it with a copy of its disk.`],
  ['busy', hosts => `Wait until ${hosts} has taken what is on its way there.`],
  ['full', hosts => `Free memory on ${hosts}.`],
  ['disabled', hosts => `Enable ${hosts} again when its maintenance is over.`],
]

interface Judged {
  readonly host: Candidate
  readonly refusal: Refusal | null
  readonly load: number
}

/** The index has no bound where a resource is in full use. */
const indexText = (load: number): string =>
  Number.isFinite(load) ? load.toFixed(2) : 'without bound, as its CPU or memory is in full use'

const memoryRatio = (host: Candidate): number => 1 - (host.memoryFreeBytes ?? 0) / host.memoryBytes

/** A lack of memory may be the very thing that the server has against a host; nothing else of ours is. */
const helps = (hindrance: Hindrance, { acceptance }: Candidate): boolean =>
  hindrance === 'full' || reasonOf(acceptance) === null

const remedyFor = (judged: readonly Judged[]): string | null => {
  for (const [hindrance, remedy] of remedies) {
    const names = judged.flatMap(({ host, refusal }) =>
      refusal?.hindrance === hindrance && helps(hindrance, host) ? host.name : [],
    )
    if (names.length > 0) return remedy(names.join(' or '))
  }
  return null
}

/**
 * The possible host with memory for the VM and the least load index (S3); ties go to the first. Every host is listed
 * with the reason why it was taken or not. `needBytes` is the VM's memory.
 */
export const chooseDestination = (
  hosts: readonly Candidate[],
  needBytes: number,
  maxIncoming: number,
): DestinationChoice => {
  const judged: readonly Judged[] = hosts.map(host => ({
    host,
    refusal: refusalOf(host, needBytes, maxIncoming),
    load: loadIndex([host.cpuRatio, memoryRatio(host)]),
  }))
  const best = judged.filter(j => j.refusal === null).sort((a, b) => a.load - b.load)[0]
  return {
    hostId: best?.host.id ?? null,
    alternatives: judged.map(({ host, refusal, load }) => ({
      name: host.name,
      chosen: host === best?.host,
      because:
        refusal?.because ??
        (host === best?.host
          ? `least load index, ${indexText(load)}`
          : `load index ${indexText(load)} is higher`),
    })),
    remedy: best ? null : remedyFor(judged),
  }
}
