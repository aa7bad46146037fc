import { FEATURE_COUNT, forecastFeatures, WINDOW_SIZE, WINDOW_STEPS } from './features.ts'

const DIRTY = forecastFeatures.indexOf('dirtyPagesPerSecond')
const IO = forecastFeatures.indexOf('ioBytesPerSecond')
const MEMORY = forecastFeatures.indexOf('memoryRatio')
const FAULTS = forecastFeatures.indexOf('pageFaultsPerSecond')

/**
 * How often a training window is made as poor as a real one. Stock Xen never reports page faults; guests without an
 * agent no memory. The dirty rate comes every few seconds and is held between (the console's rule), is lost now and then, and
 * is absent without the plugin. The ratios are a guess at how common each is.
 */
const ODDS = { faults: 0.6, memory: 0.1, io: 0.05, dirtyAll: 0.07, dirtyGap: 0.08, dirtyHeld: 0.5 } as const

/** Steps between two readings of the dirty rate, in training, both counted; the console reads every 2 to 6 s. */
const CADENCES = { least: 2, most: 8 } as const

const blank = (window: Float32Array, column: number, steps: { from: number; to: number }) => {
  for (let step = steps.from; step < steps.to; step++) window[step * FEATURE_COUNT + column] = Number.NaN
}

/** Repeats each reading until the next one, `cadence` steps later. */
const hold = (window: Float32Array, column: number, { steps, phase }: { steps: number; phase: number }) => {
  for (let step = 1; step < WINDOW_STEPS; step++) {
    if ((step + phase) % steps === 0) continue
    window[step * FEATURE_COUNT + column] = window[(step - 1) * FEATURE_COUNT + column] ?? Number.NaN
  }
}

/** A copy of count x 20 x 5 raw values as a console sees them on Xen: no page faults, a dirty rate every `cadence` steps. */
export const maskAsOnXen = (windows: Float32Array, cadence: number): Float32Array => {
  const masked = windows.slice()
  for (let at = 0, index = 0; at < masked.length; at += WINDOW_SIZE, index++) {
    const window = masked.subarray(at, at + WINDOW_SIZE)
    blank(window, FAULTS, { from: 0, to: WINDOW_STEPS })
    if (cadence > 1) hold(window, DIRTY, { steps: cadence, phase: index % cadence })
  }
  return masked
}

const maskDirtyRate = (window: Float32Array, random: () => number) => {
  const lot = random()
  if (lot < ODDS.dirtyAll) return blank(window, DIRTY, { from: 0, to: WINDOW_STEPS })
  if (lot < ODDS.dirtyAll + ODDS.dirtyGap) {
    const from = Math.floor(random() * WINDOW_STEPS)
    return blank(window, DIRTY, { from, to: Math.min(WINDOW_STEPS, from + 1 + Math.floor(random() * 10)) })
  }
  if (lot < ODDS.dirtyAll + ODDS.dirtyGap + ODDS.dirtyHeld) {
    const steps = CADENCES.least + Math.floor(random() * (CADENCES.most - CADENCES.least + 1))
    hold(window, DIRTY, { steps, phase: Math.floor(random() * steps) })
  }
}

/** A copy of count x 20 x 5 raw values in which what real hosts often lack is missing; `random` gives 0..1. */
export const maskWindows = (windows: Float32Array, random: () => number): Float32Array => {
  const masked = windows.slice()
  const whole = { from: 0, to: WINDOW_STEPS }
  for (let at = 0; at < masked.length; at += WINDOW_SIZE) {
    const window = masked.subarray(at, at + WINDOW_SIZE)
    if (random() < ODDS.faults) blank(window, FAULTS, whole)
    if (random() < ODDS.memory) blank(window, MEMORY, whole)
    if (random() < ODDS.io) blank(window, IO, whole)
    maskDirtyRate(window, random)
  }
  return masked
}
