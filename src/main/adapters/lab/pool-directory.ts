import type { XapiParts } from './xapi-method.ts'

/** The pools of a lab, so that a VM finds its way from one to another. */
export class PoolDirectory {
  readonly #pools: XapiParts[] = []

  add(parts: XapiParts): void {
    this.#pools.push(parts)
  }

  /** The pool that gave out a session, which `from` was told by its own client. */
  ofSession(from: XapiParts, session: string): XapiParts | undefined {
    return this.#pools.find(pool => pool.sessions.has(translated(session, from, pool)))
  }
}

/** A reference of one pool as another one wrote it down: what came from a client of `from` is `to`'s own again. */
export const translated = (text: string, from: XapiParts, to: XapiParts): string =>
  to.refs.exchange(from.refs.exchange(text))
