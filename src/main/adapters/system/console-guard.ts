import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * What a request to the console may do: `enter` with the right token in its address, which a cookie then replaces,
 * `use` it with that cookie, or nothing, and why.
 */
export type Admission =
  | { readonly kind: 'enter'; readonly cookie: string }
  | { readonly kind: 'use' }
  | { readonly kind: 'refused'; readonly because: 'foreign-host' | 'no-token' }

type Asked = Pick<IncomingMessage, 'url' | 'headers'>

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Any port, because `ssh -L` maps them; never another name, because a foreign page may point its own at us. */
const isOwnName = (host: string | undefined): host is string =>
  host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host)

const cookieNamed = (name: string, header: string | undefined): string | undefined =>
  header
    ?.split(';')
    .map(pair => pair.trim().split('='))
    .find(([key]) => key === name)?.[1]

/** Lets in whoever has the token, from this machine's own pages only. */
export class ConsoleGuard {
  /** 192 bits. */
  readonly token = randomBytes(24).toString('base64url')
  // Cookies know no ports: two consoles on one machine must not take each other's place.
  readonly #cookieName = `longshore-${randomBytes(4).toString('hex')}`
  readonly #expected = digest(this.token)

  /** Whether a page, or what belongs to it, may be handed out. */
  admit({ url, headers }: Asked): Admission {
    if (!isOwnName(headers.host)) return { kind: 'refused', because: 'foreign-host' }
    const token = new URLSearchParams(url?.split('?')[1]).get('token')
    if (token !== null && this.#isToken(token))
      return {
        kind: 'enter',
        cookie: `${this.#cookieName}=${this.token}; Path=/; HttpOnly; SameSite=Strict`,
      }
    const cookie = cookieNamed(this.#cookieName, headers.cookie)
    if (token === null && cookie !== undefined && this.#isToken(cookie)) return { kind: 'use' }
    return { kind: 'refused', because: 'no-token' }
  }

  /** Whether a WebSocket may be opened: by the cookie, from a page that came from the same place. */
  admitSocket(request: Asked): boolean {
    const { host, origin } = request.headers
    const isOwnPage = origin === `http://${host}` || origin === `https://${host}`
    return isOwnPage && this.admit(request).kind === 'use'
  }

  #isToken(text: string): boolean {
    return timingSafeEqual(digest(text), this.#expected)
  }
}
