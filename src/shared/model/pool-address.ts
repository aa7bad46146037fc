import { Failure } from '../failure.ts'

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)

const refuse = (why: string, remedy: string): never => {
  throw new Failure({ code: 'invalid-input', message: why, remedy })
}

/** Whether an address is that of a file or folder of QEMU hosts, as `poolOrigin` gives it. */
export const isHostsFile = (url: string): boolean => url.startsWith('file:')

/** The path in an address of a hosts file: absolute, and on this machine. */
const hostsFile = (path: string): string => {
  if (!path.startsWith('/')) refuse('The path does not begin with /.', 'Give it as /FOLDER or /FOLDER/FILE.')
  const parts = path.split('/').filter(part => part !== '')
  return `file:///${parts.map(encodeURIComponent).join('/')}`
}

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return refuse('The path holds a % that stands for no character.', 'Give it as /FOLDER or /FOLDER/FILE.')
  }
}

/** What tells one pool's address from another's. */
export const originOf = (url: string): string => (isHostsFile(url) ? url : new URL(url).origin)

/** An address as a person writes it: that of a hosts file is its path. */
export const addressText = (url: string): string =>
  isHostsFile(url) ? decodeURIComponent(new URL(url).pathname) : url

/** What a pool is called by its address: its host, or its file or the folder that a `hosts.json` is in. */
export const nameAt = (url: string): string => {
  if (!isHostsFile(url)) return new URL(url).host
  const parts = new URL(url).pathname.split('/').filter(part => part !== '' && part !== 'hosts.json')
  return decodeURIComponent(parts.at(-1) ?? 'QEMU')
}

/**
 * The origin (scheme, host, port) of a pool's address as a person writes it; `https` where no scheme is given. Throws
 * `invalid-input` for what is no address, holds a user or password, or would send a password in the clear over a network.
 * A path is that of a QEMU hosts file or folder: its `file:` address.
 */
export const poolOrigin = (text: string): string => {
  const trimmed = text.trim()
  if (trimmed.startsWith('/')) return hostsFile(trimmed)
  if (/^file:\/\/\//.test(trimmed) && URL.canParse(trimmed))
    return hostsFile(decoded(new URL(trimmed).pathname))
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
