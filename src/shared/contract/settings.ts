import { z } from 'zod'
import { RETENTION_RANGES } from '../model/retention.ts'
import type { StoreUsage } from '../model/store-usage.ts'
import type { Threshold } from '../model/threshold.ts'
import { call, stream } from '../rpc/contract.ts'

/** What can be set about Longshore itself, and what it comes to. */
export interface SettingsItem {
  /** How long one-second samples (hours) and averages (days) are kept. */
  readonly retention: { readonly samples: Threshold; readonly averages: Threshold }
  /** Null where the history is in memory only. */
  readonly usage: StoreUsage | null
  /** Where a backup goes unless a file is named. */
  readonly backupFolder: string
}

const { samples, averages } = RETENTION_RANGES

export const settingsContract = {
  'settings.watch': stream<SettingsItem>()(z.object({})),
  /** Null is the default. What is kept no longer goes at once. */
  'settings.setRetention': call<null>()(
    z.object({
      samplesHours: z.number().int().min(samples.min).max(samples.max).nullable(),
      averagesDays: z.number().int().min(averages.min).max(averages.max).nullable(),
    }),
  ),
  /** Begins an operation `backup` into a file that is not there yet; its whole path on this machine. */
  'settings.backup': call<{ readonly operationId: string; readonly file: string }>()(
    z.object({ file: z.string().trim().min(1).max(4096).optional() }),
  ),
}
