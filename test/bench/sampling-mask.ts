import path from 'node:path'
import { readModel } from '../../src/main/adapters/tensor/model-file.ts'
import { startForecaster } from '../../src/main/adapters/tensor/start-forecaster.ts'
import { anchorWindow } from '../../src/main/core/forecast/age-mask.ts'
import {
  FEATURE_COUNT,
  type FeatureSeries,
  HORIZON_STEPS,
  WINDOW_SIZE,
  WINDOW_STEPS,
} from '../../src/main/core/forecast/features.ts'
import { scaleOf, toScaled } from '../../src/main/core/forecast/scaling.ts'
import { cutWindows, spacedPicks } from '../../src/main/core/forecast/windows.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { heldBackSeries, type Watched, watchSeries } from './sampling-cases.ts'

const [DIRTY, FAULTS] = [3, 4]
const STRIDE = 4
const MODEL_DIR = path.join(import.meta.dirname, '../../resources/forecaster')

interface Rule {
  readonly name: string
  /** Oldest value that is shown to the network, ms. */
  readonly longestMs: number
  readonly anchored: boolean
}

const rules: readonly Rule[] = [
  ...[5, 8, 12, 20, 30].flatMap(seconds =>
    [true, false].map(anchored => ({
      name: `masked after ${seconds} s${anchored ? ', last one kept at the edge' : ''}`,
      longestMs: seconds * 1000,
      anchored,
    })),
  ),
  { name: 'never masked', longestMs: Number.POSITIVE_INFINITY, anchored: false },
]

/** Windows of a series as its watcher had them, with what really came. */
const windowsOf = (series: FeatureSeries, watched: Watched, rule: Rule) => {
  const picks = spacedPicks([series], STRIDE).filter(({ start }) => start >= 60)
  const set = cutWindows(picks)
  const windows = set.windows
  for (const [index, { start }] of picks.entries()) {
    for (let step = 0; step < WINDOW_STEPS; step++) {
      const at = index * WINDOW_SIZE + step * FEATURE_COUNT
      const isOld = (watched.ageMs[start + step] ?? 0) > rule.longestMs
      windows[at + DIRTY] = isOld ? Number.NaN : (watched.held[start + step] ?? Number.NaN)
      windows[at + FAULTS] = Number.NaN
    }
    if (rule.anchored) anchorWindow(windows, index * WINDOW_SIZE, watched.held[start + WINDOW_STEPS - 1])
  }
  const last = picks.map(({ start }) => watched.held[start + WINDOW_STEPS - 1] ?? Number.NaN)
  return { ...set, last }
}

/** How far forecasts are off when the dirty rate is read by duty cycle, by what the age of a reading masks. */
export const benchMasks = async (theta: number) => {
  const { scaling } = await readModel(MODEL_DIR)
  const scale = scaleOf(scaling, DIRTY)
  const backend = startForecaster({ modelDir: MODEL_DIR, log: silentLog })
  try {
    for (const origin of ['recorded', 'synthetic'] as const) {
      const watched = heldBackSeries()
        .filter(series => series.origin === origin)
        .map((series, index) => ({ series, watched: watchSeries(series, 3 + index, theta) }))
      const rows: Record<string, Record<string, string>> = {}
      for (const rule of rules) {
        const errors = HORIZON_STEPS.map(() => ({ sum: 0, still: 0, count: 0 }))
        for (const one of watched) {
          const { windows, truths, count, last } = windowsOf(one.series, one.watched, rule)
          const forecasts = await backend.predict(windows, count)
          for (let row = 0; row < count; row++)
            for (const [column, error] of errors.entries()) {
              const at = (row * HORIZON_STEPS.length + column) * 2
              const truth = toScaled(truths[at] ?? 0, scale)
              error.sum += (toScaled(forecasts[at] ?? 0, scale) - truth) ** 2
              error.still += (toScaled(last[row] ?? 0, scale) - truth) ** 2
              error.count++
            }
        }
        const row: Record<string, string> = {}
        for (const [column, { sum, still, count }] of errors.entries())
          row[`${HORIZON_STEPS[column]} s: RMSE (skill)`] =
            `${Math.sqrt(sum / count).toFixed(4)} (${(1 - Math.sqrt(sum / still)).toFixed(2)})`
        rows[rule.name] = row
      }
      console.log(
        `Forecast dirty rate, scaled, held-back ${origin} VMs read by duty cycle; skill against the last reading`,
      )
      console.table(rows)
    }
  } finally {
    await backend.close()
  }
}
