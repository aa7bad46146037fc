import type { Migration } from '../../../shared/model/migration.ts'

/** Steps smaller than this are rounding. */
const STEP = 0.005

const percent = (ratio: number): string => `${Math.round(ratio * 100)}%`

/** What a server's task says of a migration whose host tells no rounds, in sentences; none where it does. */
export const taskProgressWords = ({ taskProgress, phase, endedAtMs }: Migration): readonly string[] => {
  if (taskProgress === null) return []
  const { ratio, highestRatio } = taskProgress
  const noRounds =
    'This host tells no rounds: there are no rates and no dirty pages, and what was predicted at the start is never corrected.'
  if (endedAtMs !== null)
    return phase === 'completed' ? [noRounds] : [`It had come to ${percent(ratio)}.`, noRounds]
  const back =
    highestRatio - ratio >= STEP
      ? [
          `It was at ${percent(highestRatio)}. Xen counts what is left; it rises again when the guest writes faster than the link sends.`,
        ]
      : []
  return [`The pool's task is at ${percent(ratio)}.`, ...back, noRounds]
}
