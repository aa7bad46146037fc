import type { FailureCode } from '../../../shared/failure.ts'
import { formatBytes } from '../../../shared/units.ts'
import type { NameOf, XenApiError } from './xen-error.ts'

export interface Told {
  readonly code: FailureCode
  /** Completes `<what> failed: ...`. */
  readonly reason: string
  readonly remedy: string
}

/** Says in plain words what one error of the server means. */
export type Teller = (error: XenApiError, nameOf: NameOf) => Told

export const told = (code: FailureCode, reason: string, remedy: string): Told => ({ code, reason, remedy })

/** A number of bytes that came as text. */
export const bytes = (text: string): string =>
  /^\d+$/.test(text) ? formatBytes(Number(text)) : 'an unknown amount'

export const aboutHost =
  (code: FailureCode, why: string, remedy: string): Teller =>
  (error, nameOf) =>
    told(code, `${nameOf(error.param(0)) ?? 'the host'} ${why}`, remedy)

export const refusedBecause =
  (reason: string, remedy: string): Teller =>
  () =>
    told('refused', reason, remedy)
