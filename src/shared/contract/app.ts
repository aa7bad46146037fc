import { z } from 'zod'
import type { FailureReport } from '../failure.ts'
import type { Threshold } from '../model/threshold.ts'
import { stream } from '../rpc/contract.ts'

/** What this instance is and how it is doing. */
export interface AppStatus {
  readonly version: string
  /** Tensor backend in use, such as `tfjs-node` or `tfjs-wasm`; null while it loads. */
  readonly tensorBackend: string | null
  /** The forecaster's name and its skill against repeating the last value on held-back data; null while it loads. */
  readonly model: { readonly name: string; readonly skill: number } | null
  /** Parts of the application that do not work, and what to do; the rest goes on. */
  readonly troubles: readonly FailureReport[]
  readonly thresholds: Readonly<Record<string, Threshold>>
}

export const appContract = {
  'app.watch': stream<AppStatus>()(z.object({})),
}
