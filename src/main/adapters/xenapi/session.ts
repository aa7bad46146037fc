import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Failure, isAbort } from '../../../shared/failure.ts'
import type { ConnectionSettings } from '../../../shared/model/connection.ts'
import { atAddress } from './member-url.ts'
import type { CallOptions, OpenXenLine, XenLine } from './transport.ts'
import { failureOfXenError, isXenError, XenApiError } from './xen-error.ts'

const LOGIN_TIMEOUT_MS = 15_000
const LOGOUT_TIMEOUT_MS = 2_000
/** More hops than that are hosts that name each other as master. */
const MAX_MASTER_HOPS = 3

/** Calls within the session, over connections of their own. */
export interface Lane {
  call(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown>
  close(): void
}

/**
 * A signed-in user at the pool's master: follows the master when it moves, signs in again once when the server forgot
 * the session, and signs out on close.
 */
export class XenSession {
  readonly #settings: ConnectionSettings
  readonly #openLine: OpenXenLine
  // The server caps sessions per originator, so each connection is one of its own.
  readonly #originator = `longshore/${randomBytes(4).toString('hex')}`
  readonly #lanes = new Set<SessionLane>()
  readonly #main: SessionLane
  #origin: URL
  #ref = ''
  #generation = 0
  #renewing: Promise<void> | undefined

  private constructor(settings: ConnectionSettings, openLine: OpenXenLine) {
    this.#settings = settings
    this.#openLine = openLine
    this.#origin = new URL(new URL(settings.url).origin)
    this.#main = this.#addLane()
  }

  /** Signs in; throws a Failure when that does not work. */
  static async open(
    settings: ConnectionSettings,
    openLine: OpenXenLine,
    signal: AbortSignal,
  ): Promise<XenSession> {
    const session = new XenSession(settings, openLine)
    try {
      await session.#logIn(signal)
      return session
    } catch (error) {
      session.#closeLanes()
      throw error
    }
  }

  /** Where the master is. */
  get origin(): URL {
    return this.#origin
  }

  /** The session's secret, for requests outside the API. */
  get ref(): string {
    return this.#ref
  }

  /** Grows with each new sign-in: references and event tokens from before may mean nothing any more. */
  get generation(): number {
    return this.#generation
  }

  call(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown> {
    return this.#main.call(method, params, options)
  }

  /** Connections apart, for calls that block. */
  lane(): Lane {
    return this.#addLane()
  }

  async callOn(
    line: () => XenLine,
    request: { method: string; params: readonly unknown[]; options: CallOptions },
  ) {
    const { method, params, options } = request
    const generation = this.#generation
    try {
      return await line().call(method, [this.#ref, ...params], options)
    } catch (error) {
      if (isXenError(error, 'HOST_IS_SLAVE')) this.#origin = atAddress(this.#origin, error.param(0))
      else if (!isXenError(error, 'SESSION_INVALID')) throw error
      await this.renew(generation, options.signal)
      return await line().call(method, [this.#ref, ...params], options)
    }
  }

  /** Signs in again, once for all who saw `generation` fail. */
  async renew(generation: number, signal: AbortSignal): Promise<void> {
    if (generation !== this.#generation) return
    // Not bound to the caller's signal: others wait for the same sign-in.
    this.#renewing ??= this.#logIn(new AbortController().signal).finally(() => {
      this.#renewing = undefined
    })
    await this.#renewing
    signal.throwIfAborted()
  }

  /** Signs out and frees all connections; never throws. */
  async close(): Promise<void> {
    const options = { signal: new AbortController().signal, timeoutMs: LOGOUT_TIMEOUT_MS }
    await this.#main
      .line()
      .call('session.logout', [this.#ref], options)
      .catch(() => undefined)
    this.#closeLanes()
  }

  #addLane(): SessionLane {
    const lane = new SessionLane(this, this.#openLine, () => this.#lanes.delete(lane))
    this.#lanes.add(lane)
    return lane
  }

  #closeLanes(): void {
    for (const lane of [...this.#lanes]) lane.close()
  }

  async #logIn(signal: AbortSignal): Promise<void> {
    for (let hop = 0; ; hop++) {
      try {
        this.#ref = await this.#askForSession(signal)
        this.#generation++
        return
      } catch (error) {
        if (isXenError(error, 'HOST_IS_SLAVE') && hop < MAX_MASTER_HOPS) {
          this.#origin = atAddress(this.#origin, error.param(0))
          continue
        }
        if (error instanceof Failure || isAbort(error)) throw error
        if (error instanceof XenApiError)
          throw failureOfXenError(error, { what: 'Signing in', server: this.#settings.name })
        throw error
      }
    }
  }

  async #askForSession(signal: AbortSignal): Promise<string> {
    const { user, password } = this.#settings
    const answer = await this.#main
      .line()
      .call('session.login_with_password', [user, password, '2.21', this.#originator], {
        signal,
        timeoutMs: LOGIN_TIMEOUT_MS,
      })
    const ref = z.string().min(1).safeParse(answer)
    if (ref.success) return ref.data
    throw new Failure({
      code: 'not-xenapi',
      message: `${this.#origin.origin} answered, but not as a XenServer: it gave no session.`,
      remedy: 'Check that the address and the port are those of a XenServer or XCP-ng host.',
    })
  }
}

/** A line that follows the session to its master. */
class SessionLane implements Lane {
  readonly #session: XenSession
  readonly #openLine: OpenXenLine
  readonly #onClose: () => void
  #open: { readonly origin: URL; readonly line: XenLine } | undefined
  #closed = false

  constructor(session: XenSession, openLine: OpenXenLine, onClose: () => void) {
    this.#session = session
    this.#openLine = openLine
    this.#onClose = onClose
  }

  line(): XenLine {
    const origin = this.#session.origin
    if (this.#open?.origin.href === origin.href) return this.#open.line
    this.#open?.line.close()
    const line = this.#openLine(origin)
    if (this.#closed) line.close()
    this.#open = { origin, line }
    return line
  }

  call(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown> {
    return this.#session.callOn(() => this.line(), { method, params, options })
  }

  close(): void {
    this.#closed = true
    this.#open?.line.close()
    this.#onClose()
  }
}
