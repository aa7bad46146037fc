import { Failure } from '../failure.ts'

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)

const refuse = (why: string, remedy: string): never => {
  throw new Failure({ code: 'invalid-input', message: why, remedy })
}

/**
 * The origin (scheme, host, port) of a pool's address as a person writes it; `https` where no scheme is given. Throws
 * `invalid-input` for what is no address, holds a user or password, or would send a password in the clear over a network.
 */
export const poolOrigin = (text: string): string => {
  const trimmed = text.trim()
  const whole = trimmed.includes('://') ? trimmed : `https://${trimmed}`
  if (!URL.canParse(whole))
    refuse('This is not the address of a pool.', 'Give it as https://HOST or https://HOST:PORT.')
  const url = new URL(whole)
  // Said before all else, and without repeating the address: it may hold a password.
  if (url.username !== '' || url.password !== '')
    refuse('The address holds a user or a password.', 'Give user and password in their own fields.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    refuse(
      'The address begins with neither https:// nor http://.',
      'Give it as https://HOST or https://HOST:PORT.',
    )
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    refuse(
      'Over http:// the password would cross the network for all to read.',
      'Use https://; http:// is for this machine only (127.0.0.1, localhost).',
    )
  return url.origin
}
