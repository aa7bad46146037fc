import { randomUUID } from 'node:crypto'
import { XapiError } from './xapi-error.ts'

const IDLE_MS = 24 * 3600 * 1000
const MOST_SESSIONS = 400

/** Who is logged in. A session ends by logout, after a day unused, or as the oldest of more than 400. */
export class Sessions {
  readonly #account: { readonly user: string; readonly password: string }
  readonly #now: () => number
  readonly #sessions = new Map<string, { usedAtMs: number; readonly ended: AbortController }>()

  constructor(account: { readonly user: string; readonly password: string }, now: () => number) {
    this.#account = account
    this.#now = now
  }

  login(user: string, password: string): string {
    if (!this.accepts(user, password))
      throw new XapiError('SESSION_AUTHENTICATION_FAILED', user, 'Authentication failure')
    return this.open()
  }

  /** A session without a password, as one pool gives another for a migration. */
  open(): string {
    const ref = `OpaqueRef:${randomUUID()}`
    this.#sessions.set(ref, { usedAtMs: this.#now(), ended: new AbortController() })
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size > MOST_SESSIONS && oldest !== undefined) this.logout(oldest)
    return ref
  }

  has(ref: string): boolean {
    return this.#sessions.has(ref)
  }

  accepts(user: string, password: string): boolean {
    return user === this.#account.user && password === this.#account.password
  }

  /** Notes that a session is used and returns the signal of its end; throws SESSION_INVALID. */
  use(ref: string): AbortSignal {
    const session = this.#sessions.get(ref)
    if (session === undefined || this.#now() - session.usedAtMs > IDLE_MS)
      throw new XapiError('SESSION_INVALID', ref)
    session.usedAtMs = this.#now()
    return session.ended.signal
  }

  logout(ref: string): void {
    this.#sessions.get(ref)?.ended.abort()
    this.#sessions.delete(ref)
  }

  close(): void {
    for (const ref of [...this.#sessions.keys()]) this.logout(ref)
  }
}
