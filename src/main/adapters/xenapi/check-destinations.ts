import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import type { DestinationCheck, MigrationNetwork } from '../../../shared/model/destination-check.ts'
import type { PoolView } from './inventory.ts'
import { networksBetween } from './networks.ts'
import type { XenSession } from './session.ts'
import { type NameOf, reasonOfXenError, XenApiError } from './xen-error.ts'

const CHECK_TIMEOUT_MS = 10_000
/** What is said of the VM, the session or the server, and of no host in particular. */
const aboutNoHost = new Set(['unauthenticated', 'unsupported', 'not-found'])

/** A server goes through all its hosts for that. */
const LIST_TIMEOUT_MS = 15_000

interface Asked {
  readonly view: PoolView
  readonly vmId: string
  readonly vmRef: string
  readonly nameOf: NameOf
}

const OLDER = 'It runs an older release than the host of the VM.'

const numbersOf = (release: string | undefined): readonly number[] | null =>
  release && /^\d{1,9}(\.\d{1,9}){0,5}$/.test(release) ? release.split('.').map(Number) : null

/** Whether a release comes before another, number by number; what is no release is not older. */
const isOlder = (a: string | undefined, b: string | undefined): boolean => {
  const [mine, other] = [numbersOf(a), numbersOf(b)]
  if (mine === null || other === null) return false
  const at = other.findIndex((number, index) => number !== (mine[index] ?? 0))
  return at >= 0 && (mine[at] ?? 0) < (other[at] ?? 0)
}

/**
 * Asks the server about each other host of the pool, all at once, by the check that is made for a VM that is to run there
 * and shares its storage: `VM.assert_can_migrate` is about moves with their disks, and wants a session at the destination.
 * That a VM never goes back to an older release is no part of that check, and found out only by the move itself.
 */
export const checkDestinations = (
  session: XenSession,
  { view, vmId, vmRef, nameOf }: Asked,
  signal: AbortSignal,
): Promise<readonly DestinationCheck[]> => {
  const present = view.vms.get(vmId)?.hostId ?? ''
  const copiesDisks = view.hosts.get(present)?.capabilities.diskCopy ?? false
  const networksTo = (hostId: string): readonly MigrationNetwork[] =>
    networksBetween(view.networks.get(present) ?? [], view.networks.get(hostId) ?? []).map(
      ({ id, name, linkBytesPerSecond }) => ({ id, name, linkBytesPerSecond }),
    )
  const check = async ([hostId, hostRef]: readonly [string, string]): Promise<DestinationCheck> => {
    const networks = networksTo(hostId)
    try {
      const options = { signal, timeoutMs: CHECK_TIMEOUT_MS }
      await session.call('VM.assert_can_boot_here', [vmRef, hostRef], options)
      const { releases } = view
      const refusal = isOlder(releases.get(hostId), releases.get(present)) ? OLDER : null
      return { hostId, refusal, copiesDisk: false, networks }
    } catch (error) {
      // The host of the VM copies its disks along: they need not be seen from the other one.
      const copiesDisk = copiesDisks && error instanceof XenApiError && error.code === 'VM_REQUIRES_SR'
      if (copiesDisk) return { hostId, refusal: null, copiesDisk, networks }
      const refusal = refusalOf(error, ref => (ref === hostRef ? 'it' : nameOf(ref)))
      return { hostId, refusal, copiesDisk: false, networks }
    }
  }
  return Promise.all([...view.hostRefs].filter(([hostId]) => hostId !== present).map(check))
}

/** The ids of the other hosts of the pool that the server finds fit, in one call. */
export const listDestinations = async (
  session: XenSession,
  { view, vmId, vmRef }: Omit<Asked, 'nameOf'>,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const present = view.vms.get(vmId)?.hostId ?? ''
  const options = { signal, timeoutMs: LIST_TIMEOUT_MS }
  const answer = await session.call('VM.get_possible_hosts', [vmRef], options)
  const refs = z.array(z.string()).catch([]).parse(answer)
  const { idsByRef, releases } = view
  return refs
    .flatMap(ref => idsByRef.get(ref) ?? [])
    .filter(id => id !== present && !isOlder(releases.get(id), releases.get(present)))
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
