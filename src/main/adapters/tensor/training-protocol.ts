import type { FailureReport } from '../../../shared/failure.ts'
import type { LabelledScore } from './model-file.ts'
import type { TrainingOptions, TrainingProgress } from './train-network.ts'

/** What the training thread is started with. */
export interface TrainingStart {
  /** Folder of Bitbrains files (`*.csv`). */
  readonly dataDir: string
  readonly options: TrainingOptions
}

/** What the thread says: progress after each batch, then once `trained` or `failed`. */
export type TrainingReply =
  | { readonly kind: 'progress'; readonly progress: TrainingProgress }
  | { readonly kind: 'trained'; readonly model: string; readonly scores: readonly LabelledScore[] }
  | { readonly kind: 'failed'; readonly report: FailureReport }
