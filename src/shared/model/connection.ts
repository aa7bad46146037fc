import { z } from 'zod'
import type { FailureReport } from '../failure.ts'
import type { CertificatePin, CertificateQuestion } from './certificate.ts'

/** What Longshore may do on a connection by itself. */
export const automationLevels = ['observe', 'advise', 'approve', 'automatic'] as const
export const automationLevel = z.enum(automationLevels)
export type AutomationLevel = z.infer<typeof automationLevel>

/** Where a pool is and who we are there: a XenAPI pool, or the `file:` address of QEMU hosts. The password never leaves main. */
export const connectionSettings = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(128),
  url: z.url({ protocol: /^(https?|file)$/ }),
  user: z.string().min(1).max(256),
  password: z.string().max(1024),
  level: automationLevel,
  /** It comes and goes with a lab: nobody edits or removes it. */
  isLab: z.boolean().optional(),
})
/** The connections of labs of real VMs: one that is started and stopped in Settings, one that Longshore was started with. */
export const realLabIds = { own: 'qemu-lab', given: 'given-qemu-lab' } as const

export type ConnectionSettings = Readonly<z.infer<typeof connectionSettings>>

/** Where a password is kept: the key store of the system, a file under a pass-phrase, or memory until Longshore ends. */
export const secretPlaces = ['os', 'file', 'run'] as const
export const secretPlace = z.enum(secretPlaces)
export type SecretPlace = z.infer<typeof secretPlace>

/** Characters of a pass-phrase at least: its file can be carried away and guessed at. */
export const SHORTEST_PASS_PHRASE = 12

/** Members of a pool that are remembered at most: XenServer's limit. */
export const MOST_MEMBERS = 64

/** What is stored of a connection. One without `keep` was not added by the operator: only its level is remembered. */
export const storedConnection = connectionSettings.omit({ password: true, isLab: true }).extend({
  keep: secretPlace.optional(),
  /** Addresses of the pool's hosts as last heard. */
  members: z.array(z.string().min(1).max(256)).max(MOST_MEMBERS).readonly().optional(),
})
export type StoredConnection = Readonly<z.infer<typeof storedConnection>>

/** Which places there are: whether the system has a key store, and how the file stands. */
export interface SecretsState {
  readonly os: boolean
  readonly file: 'absent' | 'locked' | 'open'
}

export type ConnectionState = 'connecting' | 'live' | 'stale' | 'failed'

/** A connection as the console shows it. */
export interface Connection {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly user: string
  readonly level: AutomationLevel
  readonly state: ConnectionState
  /** Wall-clock ms since when it has been in this state. */
  readonly sinceMs: number
  /** Wall-clock ms of the last answer; null before the first. */
  readonly lastHeardMs: number | null
  readonly failure: FailureReport | null
  /** Wall-clock ms of the next try while failed. */
  readonly retryAtMs: number | null
  /** Why it is only advised on for now, whatever its level; empty when nothing keeps us from acting. */
  readonly standBack: readonly string[]
  /** The lab's own connection comes and goes with the lab: nobody edits or removes it. */
  readonly isLab: boolean
  /** Where its password is kept; null for the lab and for a pool of the command line, which end with the run. */
  readonly keep: SecretPlace | null
  /** The certificate that waits for the operator's word; nothing is sent to the server before. */
  readonly question: CertificateQuestion | null
  /** Certificates trusted for it without a chain of authorities, one an address. */
  readonly pins: readonly CertificatePin[]
}
