import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import type { ConnectionSettings } from '../../../shared/model/connection.ts'
import { atAddress } from '../../../shared/model/member-address.ts'
import type { Clock } from '../../ports/clock.ts'
import { findMaster, isPassing } from './find-master.ts'
import { movedFailure } from './network-failure.ts'
import type { CallOptions, OpenXenLine, XenLine } from './transport.ts'
import { failureOfXenError, isXenError, XenApiError } from './xen-error.ts'

const LOGOUT_TIMEOUT_MS = 2_000
/** A pool that changes its master or restarts its toolstack has settled within a minute; a guess. */
const PASSING_WAIT_MS = 1_000
const PASSING_WAITS = 60

/** Calls within the session, over connections of their own. */
export interface Lane {
  call(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown>
  close(): void
}

interface Opening {
  readonly settings: ConnectionSettings
  readonly openLine: OpenXenLine
  readonly clock: Clock
  /** Addresses of hosts known to be in the pool. */
  readonly members: readonly string[]
}

/**
 * A signed-in user at the pool's master: follows the master when it moves, looks for it among the members when it is
 * silent, signs in again once when the server forgot the session, and signs out on close.
 */
export class XenSession {
  readonly #opening: Opening
  // The server caps sessions per originator, so each connection is one of its own.
  readonly #originator = `longshore/${randomBytes(4).toString('hex')}`
  readonly #lanes = new Set<SessionLane>()
  readonly #main: SessionLane
  readonly #home: URL
  readonly #closing = new AbortController()
  #members: readonly string[]
  #origin: URL
  #ref = ''
  #generation = 0
  #ledByMember = false
  #renewing: Promise<void> | undefined

  private constructor(opening: Opening) {
    this.#opening = opening
    this.#members = opening.members
    this.#home = new URL(new URL(opening.settings.url).origin)
    this.#origin = this.#home
    this.#main = this.#addLane()
  }

  /** Signs in; throws a Failure when that does not work. */
  static async open(opening: Opening, signal: AbortSignal): Promise<XenSession> {
    const session = new XenSession(opening)
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

  /** Whether it was a member that led to the master, the server we were told being silent: it may have left the pool. */
  get ledByMember(): boolean {
    return this.#ledByMember
  }

  /** Whether `address` is that of a host of the pool, or of the server we were told. */
  isMember(address: string): boolean {
    const { hostname } = atAddress(this.#origin, address)
    const known = [this.#home, this.#origin, ...this.#members.map(one => atAddress(this.#home, one))]
    return known.some(one => one.hostname === hostname)
  }

  /** Notes where the pool's hosts are: one of them is asked when the master is silent. */
  setMembers(addresses: readonly string[]): void {
    this.#members = addresses
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
      const moved = isXenError(error, 'HOST_IS_SLAVE')
      if (!moved && !isPassing(error) && !isXenError(error, 'SESSION_INVALID')) throw error
      if (moved && generation === this.#generation) this.#origin = atAddress(this.#origin, error.param(0))
      await this.renew(generation, options.signal)
      if (options.thisSession === true) throw error
      return await line().call(method, [this.#ref, ...params], options)
    }
  }

  /** Signs in again, once for all who saw `generation` fail. */
  async renew(generation: number, signal: AbortSignal): Promise<void> {
    if (generation !== this.#generation) return
    // Not bound to the caller's signal: others wait for the same sign-in.
    this.#renewing ??= this.#logIn(this.#closing.signal).finally(() => {
      this.#renewing = undefined
    })
    await this.#renewing
    signal.throwIfAborted()
  }

  /** Looks for the master, and signs in again there, after it fell silent on somebody in `generation`. */
  async recover(generation: number, signal: AbortSignal): Promise<void> {
    const abandoned = this.#ref
    await this.renew(generation, signal)
    // It was the connection that broke: where the server still has the session, it would count against our cap.
    if (abandoned !== this.#ref) void this.#logOut(abandoned)
  }

  /** Signs out and frees all connections; never throws. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#logOut(this.#ref)
    this.#closeLanes()
  }

  async #logOut(ref: string): Promise<void> {
    const options = { signal: new AbortController().signal, timeoutMs: LOGOUT_TIMEOUT_MS }
    await this.#main
      .line()
      .call('session.logout', [ref], options)
      .catch(() => undefined)
  }

  #addLane(): SessionLane {
    const lane = new SessionLane(this, this.#opening.openLine, () => this.#lanes.delete(lane))
    this.#lanes.add(lane)
    return lane
  }

  #closeLanes(): void {
    for (const lane of [...this.#lanes]) lane.close()
  }

  async #logIn(signal: AbortSignal): Promise<void> {
    const { settings, clock } = this.#opening
    for (let waits = 0; ; waits++) {
      const candidates = [this.#origin, this.#home, ...this.#members.map(one => atAddress(this.#home, one))]
      try {
        const found = await findMaster(candidates, (origin, timeoutMs) =>
          this.#askForSession(origin, { signal, timeoutMs }),
        )
        this.#origin = found.origin
        this.#ref = found.ref
        this.#generation++
        this.#ledByMember = found.candidate.origin !== this.#home.origin
        return
      } catch (error) {
        if (isPassing(error) && waits < PASSING_WAITS) await clock.wait(PASSING_WAIT_MS, signal)
        else if (error instanceof XenApiError)
          throw failureOfXenError(error, { what: 'Signing in', server: settings.name })
        else throw error
      }
    }
  }

  async #askForSession(origin: URL, options: CallOptions): Promise<string> {
    const { settings, openLine } = this.#opening
    const params = [settings.user, settings.password, '2.21', this.#originator]
    // Apart from the lanes, which stay with the master we know until another one let us in.
    const line = openLine(origin)
    const answer = await line.call('session.login_with_password', params, options).finally(() => line.close())
    const ref = z.string().min(1).safeParse(answer)
    if (ref.success) return ref.data
    throw new Failure({
      code: 'not-xenapi',
      message: `${origin.origin} answered, but not as a XenServer: it gave no session.`,
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
    this.#open?.line.close(movedFailure(this.#open.origin))
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
