import { Failure } from '../../../shared/failure.ts'
import type { DestinationCheck, MigrationNetwork } from '../../../shared/model/destination-check.ts'
import type { PoolView } from './inventory.ts'
import { networksBetween } from './networks.ts'
import type { XenSession } from './session.ts'
import { type NameOf, reasonOfXenError, XenApiError } from './xen-error.ts'

const CHECK_TIMEOUT_MS = 10_000
/** What is said of the VM, the session or the server, and of no host in particular. */
const aboutNoHost = new Set(['unauthenticated', 'unsupported', 'not-found'])

interface Asked {
  readonly view: PoolView
  readonly vmId: string
  readonly vmRef: string
  readonly nameOf: NameOf
}

/**
 * Asks the server about each other host of the pool, all at once, by the check that `VM.pool_migrate` itself makes:
 * `VM.assert_can_migrate` is about moves with their disks, and wants a session at the destination.
 */
export const checkDestinations = (
  session: XenSession,
  { view, vmId, vmRef, nameOf }: Asked,
  signal: AbortSignal,
): Promise<readonly DestinationCheck[]> => {
  const present = view.vms.get(vmId)?.hostId
  const networksTo = (hostId: string): readonly MigrationNetwork[] =>
    networksBetween(view.networks.get(present ?? '') ?? [], view.networks.get(hostId) ?? []).map(
      ({ id, name, linkBytesPerSecond }) => ({ id, name, linkBytesPerSecond }),
    )
  const check = async ([hostId, hostRef]: readonly [string, string]): Promise<DestinationCheck> => {
    const networks = networksTo(hostId)
    try {
      const options = { signal, timeoutMs: CHECK_TIMEOUT_MS }
      await session.call('VM.assert_can_boot_here', [vmRef, hostRef], options)
      return { hostId, refusal: null, networks }
    } catch (error) {
      const refusal = refusalOf(error, ref => (ref === hostRef ? 'it' : nameOf(ref)))
      return { hostId, refusal, networks }
    }
  }
  return Promise.all([...view.hostRefs].filter(([hostId]) => hostId !== present).map(check))
}

/** The reason against a host as a sentence; throws what is no word about a host. */
const refusalOf = (error: unknown, nameOf: NameOf): string => {
  if (error instanceof XenApiError) {
    const { code, reason } = reasonOfXenError(error, nameOf)
    if (!aboutNoHost.has(code)) return sentence(reason)
  } else if (error instanceof Failure && error.code === 'timeout')
    return `The pool did not say within ${CHECK_TIMEOUT_MS / 1000} s whether it can take the VM.`
  throw error
}

const sentence = (reason: string): string =>
  `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, '')}.`
