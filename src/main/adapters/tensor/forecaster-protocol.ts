import type { FailureReport } from '../../../shared/failure.ts'
import type { ForecasterBackend } from '../../ports/forecaster-backend.ts'

/** What the forecaster's thread is started with. */
export interface ForecasterStart {
  readonly modelDir: string
}

export interface PredictRequest {
  readonly windows: Float32Array
  readonly count: number
}

/** What the thread says: once `ready` or `failed`, then one answer for each request, in their order. */
export type ForecasterReply =
  | { readonly kind: 'ready'; readonly info: Awaited<ForecasterBackend['info']> }
  | { readonly kind: 'predicted'; readonly forecasts: Float32Array }
  | { readonly kind: 'failed'; readonly report: FailureReport }

/** What a person can do about an error of a tensor thread that nobody foresaw. */
export const REMEDY = 'Start Longshore again; if it happens again, report it.'
