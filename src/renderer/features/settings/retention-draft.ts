import type { SettingsItem } from '../../../shared/contract/settings.ts'
import { RETENTION_RANGES } from '../../../shared/model/retention.ts'
import type { StoreUsage } from '../../../shared/model/store-usage.ts'
import { formatBytes } from '../../../shared/units.ts'

export type Kept = 'samples' | 'averages'
/** What stands in the two fields. */
export type RetentionDraft = Readonly<Record<Kept, string>>
type Retention = SettingsItem['retention']

const HOUR_MS = RETENTION_RANGES.samples.unitMs

export const draftOfRetention = ({ samples, averages }: Retention): RetentionDraft => ({
  samples: String(samples.value),
  averages: String(averages.value),
})

/** A field's number in its own unit; undefined where it is none or out of range. */
export const numberIn = (draft: RetentionDraft, which: Kept): number | undefined => {
  const text = draft[which].trim()
  const { min, max } = RETENTION_RANGES[which]
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return value >= min && value <= max ? value : undefined
}

const keptMs = (draft: RetentionDraft, which: Kept): number | undefined => {
  const value = numberIn(draft, which)
  return value === undefined ? undefined : value * RETENTION_RANGES[which].unitMs
}

/** What is wrong with a field, in one sentence. */
export const errorOfRetention = (draft: RetentionDraft, which: Kept): string | undefined => {
  const { min, max, unit } = RETENTION_RANGES[which]
  const ms = keptMs(draft, which)
  if (ms === undefined) return `A whole number of ${unit} from ${min} to ${max}.`
  if (which === 'averages' && ms < (keptMs(draft, 'samples') ?? 0))
    return 'At least as long as seconds are kept.'
  return undefined
}

/** What a field's stretch takes on the disk once it is full, bytes; null while nothing was measured. */
export const bytesOfKept = (
  which: Kept,
  { draft, usage, vms }: { readonly draft: RetentionDraft; readonly usage: StoreUsage; readonly vms: number },
): number | null => {
  const samplesMs = keptMs(draft, 'samples')
  const ms = keptMs(draft, which)
  const { bytesPerVmSecond } = usage[which]
  if (ms === undefined || samplesMs === undefined || bytesPerVmSecond === null) return null
  // An average is made when its seconds go.
  const stretchMs = which === 'samples' ? ms : Math.max(0, ms - samplesMs)
  return (bytesPerVmSecond * vms * stretchMs) / 1000
}

/** The sum behind `bytesOfKept`, as it stands beside a field. */
export const costWords = (
  which: Kept,
  facts: { readonly draft: RetentionDraft; readonly usage: StoreUsage | null; readonly vms: number },
): string => {
  const { draft, usage, vms } = facts
  if (usage === null) return 'Nothing is on the disk: the history is kept in memory only.'
  const { bytesPerVmSecond } = usage[which]
  if (bytesPerVmSecond === null)
    return which === 'samples'
      ? 'Not measured yet: the first five minutes are still being written.'
      : 'Not measured yet: the first average is made when the first seconds go.'
  const bytes = bytesOfKept(which, { draft, usage, vms })
  const each = `${bytesPerVmSecond.toFixed(2)} bytes a VM-second, ${vms} VMs`
  return bytes === null ? `${each}.` : `${formatBytes(bytes)} when full: ${each}.`
}

const spanWords = (ms: number): string => {
  const hours = Math.max(1, Math.round(ms / HOUR_MS))
  if (hours < 48) return hours === 1 ? '1 hour' : `${hours} hours`
  return `${Math.round(hours / 24)} days`
}

/** What a draft deletes of what is there, a sentence each; empty when nothing goes. */
export const lossesOf = (
  draft: RetentionDraft,
  { usage, nowMs }: { readonly usage: StoreUsage | null; readonly nowMs: number },
): readonly string[] => {
  const beyond = (which: Kept): number => {
    const oldest = usage?.[which].oldestWrittenMs ?? nowMs
    return nowMs - oldest - (keptMs(draft, which) ?? Number.POSITIVE_INFINITY)
  }
  const samplesMs = beyond('samples')
  const averagesMs = beyond('averages')
  return [
    ...(samplesMs > 0
      ? [
          `The oldest ${spanWords(samplesMs)} of seconds become averages of 30 s: what happened within those is lost.`,
        ]
      : []),
    ...(averagesMs > 0 ? [`The oldest ${spanWords(averagesMs)} of averages are deleted for good.`] : []),
  ]
}
