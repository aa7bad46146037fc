import { z } from 'zod'
import { fingerprint } from '../model/certificate.ts'
import { automationLevel, type Connection, type SecretsState, secretPlace } from '../model/connection.ts'
import { call, stream } from '../rpc/contract.ts'

export interface ConnectionItem {
  readonly connections: readonly Connection[]
  /** Wall-clock ms since when STOP is set and nothing is started by itself anywhere; null when it is not. */
  readonly stoppedSinceMs: number | null
  readonly secrets: SecretsState
}

/** What a test of a connection found. */
export interface ConnectionTest {
  readonly pool: string
  readonly hosts: number
  readonly vms: number
  /** From the first packet to the whole inventory. */
  readonly tookMs: number
}

const connectionId = z.string().min(1).max(64)
const passPhrase = z.string().max(1024)
const login = {
  url: z.string().min(1).max(1024),
  user: z.string().trim().min(1).max(256),
  password: z.string().max(1024),
}
const settings = z.object({
  ...login,
  name: z.string().trim().min(1).max(128),
  keep: secretPlace,
  /** Opens the file of passwords, or begins it; needed where `keep` is `file` and the file is not open. */
  passPhrase: passPhrase.optional(),
})

export const connectionContract = {
  'connection.watch': stream<ConnectionItem>()(z.object({})),
  'connection.setLevel': call<null>()(z.object({ connectionId, level: automationLevel })),
  /** Adds a connection and connects. Where the password cannot be kept nothing is added. */
  'connection.add': call<{ readonly connectionId: string }>()(
    settings.extend({ level: automationLevel.default('advise') }),
  ),
  /** Without a password the kept one stays; it is never sent to another server or user than it was given for. */
  'connection.edit': call<null>()(settings.partial({ password: true }).extend({ connectionId })),
  /** Forgets the connection, its password and the certificates trusted for it. */
  'connection.remove': call<null>()(z.object({ connectionId })),
  /** Connects at once, whatever it was waiting for. */
  'connection.retry': call<null>()(z.object({ connectionId })),
  /** Signs in beside what is running, reads the inventory, signs out. The kept password is used where none is given. */
  'connection.test': call<ConnectionTest>()(
    z.object({ ...login, password: login.password.optional(), connectionId: connectionId.optional() }),
  ),
  /** Trusts exactly this certificate at this address, if it is the one that is being asked about. */
  'connection.trust': call<null>()(
    z.object({ connectionId, address: z.string().min(1).max(300), fingerprint }),
  ),
  /** Opens the file of passwords and connects what waited for it. */
  'secrets.unlock': call<null>()(z.object({ passPhrase })),
  /** STOP: no new migration is started by itself, and every one that still can be cancelled is. */
  'automation.stop': call<{ readonly cancelling: number }>()(z.object({})),
  'automation.resume': call<null>()(z.object({})),
}
