import type { Alternative } from '../../../shared/model/decision.ts'
import { loadIndex } from './load-index.ts'

/** A host as the choice of a destination sees it; null where a figure is unavailable. */
export interface Candidate {
  readonly id: string
  readonly name: string
  /** Whether the server itself would accept the VM there. */
  readonly isPossible: boolean
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
}

const memoryRatio = (host: Candidate): number => 1 - (host.memoryFreeBytes ?? 0) / host.memoryBytes

const refusal = (host: Candidate, needBytes: number, maxIncoming: number): string | null => {
  if (!host.isPossible) return 'the server would not accept the VM there'
  if (!host.enabled) return 'it is disabled for maintenance'
  if (!host.live) return 'it does not answer'
  if (host.memoryFreeBytes === null) return 'its free memory is not known'
  if (host.incomingMigrations >= maxIncoming) return 'it is taking as many migrations as are allowed'
  if (host.memoryFreeBytes < needBytes) return 'it has too little free memory'
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
  const judged = hosts.map(host => ({
    host,
    refused: refusal(host, needBytes, maxIncoming),
    load: loadIndex([host.cpuRatio, memoryRatio(host)]),
  }))
  const best = judged.filter(j => j.refused === null).sort((a, b) => a.load - b.load)[0]
  return {
    hostId: best?.host.id ?? null,
    alternatives: judged.map(({ host, refused, load }) => ({
      name: host.name,
      chosen: host === best?.host,
      because:
        refused ??
        (host === best?.host
          ? `least load index, ${load.toFixed(2)}`
          : `load index ${load.toFixed(2)} is higher`),
    })),
  }
}
