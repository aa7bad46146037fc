import { Failure } from '../../../shared/failure.ts'
import { atAddress } from '../../../shared/model/member-address.ts'
import { CertificateFailure } from '../../ports/certificate-failure.ts'
import { isSilence, isXenError, XenApiError } from './xen-error.ts'

/** The first is where the master was; a member that does not answer must not hold up the search for long. */
const FIRST_TIMEOUT_MS = 15_000
const NEXT_TIMEOUT_MS = 5_000

/** What hosts answer while they start or a new master takes over. */
const passing: ReadonlySet<string> = new Set([
  'HOST_STILL_BOOTING',
  'HOST_HAS_NO_MANAGEMENT_IP',
  'HOST_MASTER_CANNOT_TALK_BACK',
])

/** Whether waiting is all it takes. */
export const isPassing = (error: unknown): boolean => error instanceof XenApiError && passing.has(error.code)

/** What an operator needs to know first, where several members failed in several ways. */
const gravity = (error: unknown): number => {
  if (error instanceof CertificateFailure) return 4
  if (isPassing(error)) return 3
  if (isSilence(error)) return 2
  return isXenError(error, 'HOST_IS_SLAVE') ? 1 : 0
}

/**
 * Asks the candidates in turn, and whom they name as master, until one gives a session. The first one's word is final
 * save for silence; the others may be anybody by now. Also tells which candidate led there. Throws the gravest of what
 * was answered.
 */
export const findMaster = async (
  candidates: readonly URL[],
  askForSession: (origin: URL, timeoutMs: number) => Promise<string>,
): Promise<{ readonly origin: URL; readonly ref: string; readonly candidate: URL }> => {
  const asked = new Set<string>()
  let gravest: unknown
  for (const [index, candidate] of candidates.entries()) {
    let origin: URL | undefined = candidate
    while (origin !== undefined && !asked.has(origin.origin)) {
      asked.add(origin.origin)
      try {
        const timeoutMs = asked.size === 1 ? FIRST_TIMEOUT_MS : NEXT_TIMEOUT_MS
        return { origin, candidate, ref: await askForSession(origin, timeoutMs) }
      } catch (error) {
        if (!mayGoOn(error, index)) throw error
        if (gravity(error) > gravity(gravest)) gravest = error
        origin = isXenError(error, 'HOST_IS_SLAVE') ? atAddress(origin, error.param(0)) : undefined
      }
    }
  }
  throw gravest
}

const mayGoOn = (error: unknown, index: number): boolean => {
  if (isSilence(error) || isPassing(error) || isXenError(error, 'HOST_IS_SLAVE')) return true
  return (
    index > 0 && error instanceof Failure && (error.code === 'certificate' || error.code === 'not-xenapi')
  )
}
