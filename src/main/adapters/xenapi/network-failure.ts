import { Failure } from '../../../shared/failure.ts'

const CHECK = 'Check the address and the port, and that the host is up and reachable from here.'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** What a broken exchange with `origin` means to a person. */
export const networkFailure = (error: unknown, origin: URL): Failure => {
  if (error instanceof Failure) return error
  const code = codeOf(error)
  const at = origin.origin
  const unreachable = (why: string, remedy = CHECK): Failure =>
    new Failure({ code: 'unreachable', message: `${at} cannot be reached: ${why}.`, remedy }, error)

  if (code === 'ECONNREFUSED') return unreachable('nothing listens on that port')
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return unreachable(
      `the name ${origin.hostname} is not known`,
      'Check the spelling of the host name, or use its address.',
    )
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return unreachable('no answer comes back over the network')
  if (code.startsWith('HPE_') || code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return new Failure(
      {
        code: 'not-xenapi',
        message: `${at} answered, but not as a XenServer: it does not speak ${origin.protocol.slice(0, -1)}.`,
        remedy: 'Check the port, and whether the address begins with http or https.',
      },
      error,
    )
  return unreachable(`the connection broke${code === '' ? '' : ` (${code})`}`)
}

export const timeoutFailure = (origin: URL, timeoutMs: number): Failure =>
  new Failure({
    code: 'timeout',
    message: `${origin.origin} did not answer within ${timeoutMs / 1000} s.`,
    remedy: 'Check the load of the host and the network between; Longshore tries again by itself.',
  })

export const movedFailure = (origin: URL): Failure =>
  new Failure({
    code: 'unreachable',
    message: `The pool's master is not at ${origin.origin} any more.`,
    remedy: 'The new master is asked from now on; try again.',
  })
