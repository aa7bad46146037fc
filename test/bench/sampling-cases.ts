import { defaultLabConfig } from '../../src/main/adapters/lab/lab-config.ts'
import { readTrace } from '../../src/main/adapters/lab/read-trace.ts'
import { VirtualPool } from '../../src/main/adapters/lab/virtual-pool.ts'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import type { EstimateFeatures } from '../../src/main/core/estimate/dirty-estimate.ts'
import { FEATURE_COUNT, type FeatureSeries } from '../../src/main/core/forecast/features.ts'
import { trainingSeries } from '../../src/main/core/forecast/training-series.ts'
import { nextReadingDelay } from '../../src/main/core/sampling/reading-times.ts'
import { type RiseReading, type RiseState, stepRise } from '../../src/main/core/sampling/rise.ts'
import { meanActivity } from '../../src/main/core/simulation/activity.ts'
import { expectedDirtyPages } from '../../src/main/core/simulation/write-process.ts'

/** One second of a VM: what its host tells of it, and what it really dirtied. */
export interface Second {
  readonly features: EstimateFeatures
  readonly dirtyPages: number
}

export interface Case {
  readonly name: string
  readonly seconds: readonly Second[]
}

/**
 * The VMs of the first-start lab, second by second; their metrics are means of 5 s, up to 5 s old, as rrdd's are. Rows end
 * `rowPhase` s off the full five: else every storm of the lab would begin with a row.
 */
export const labCases = (minutes: number, rowPhase = 0): readonly Case[] => {
  const pool = new VirtualPool({ config: defaultLabConfig, seed: 1, startedAtMs: 0, addresses: [] })
  return pool.vms.map(({ config, workload, classes }) => ({
    name: config.name,
    seconds: Array.from({ length: minutes * 60 }, (_, second) => {
      const rowEndMs = (Math.floor((second - rowPhase) / 5) * 5 + rowPhase) * 1000
      const seen = meanActivity(workload, rowEndMs, { ms: 5000, samples: 5 })
      const now = meanActivity(workload, second * 1000, { ms: 1000, samples: 4 })
      return {
        features: {
          cpuRatio: seen.cpuRatio,
          vcpuCount: config.vcpuCount,
          diskReadBytesPerSecond: seen.diskReadBytesPerSecond,
          networkReceiveBytesPerSecond: seen.networkReceivedBytesPerSecond,
          memoryBytes: config.memoryBytes,
          memoryRatio: seen.memoryRatio,
        },
        dirtyPages: expectedDirtyPages(classes, now.writesPerSecond, 1000) + 60,
      }
    }),
  }))
}

const TRACES = ['185', '193', '209', '237', '41', '61', '69', '81', '89']

/** The VMs that the shipped forecaster never saw. */
export const heldBackSeries = (): readonly FeatureSeries[] => {
  const { series, heldOut } = trainingSeries(
    TRACES.map(name => ({ name: `${name}.csv`, rows: readTrace(name) })),
    1,
  )
  return series.filter(({ name }) => heldOut.has(name))
}

/** What a console knows of a VM's dirty rate at each second when it is read by duty cycle. */
export interface Watched {
  readonly held: Float32Array
  readonly ageMs: Float32Array
  readonly readings: number
  readonly risingSeconds: number
}

type Unread = Omit<RiseReading, 'dirty' | 'atMs'>

/** Reads a VM as the console does: at rest every 60 s, every 5 s while it rises; `phase` seconds after the start at first. */
export const watchByDutyCycle = (
  name: string,
  truths: ArrayLike<number>,
  { unread, phase }: { readonly unread: (second: number) => Unread; readonly phase: number },
): Watched => {
  const thresholds = defaultThresholds
  const held = new Float32Array(truths.length).fill(Number.NaN)
  const ageMs = new Float32Array(truths.length)
  let rise: RiseState | undefined
  let [rate, readAtMs, beganMs, dueMs] = [Number.NaN, 0, Number.NaN, phase * 1000]
  let readings = 0
  let risingSeconds = 0
  for (let second = 0; second < truths.length; second++) {
    const atMs = second * 1000
    // A window that began a second ago is over now.
    if (atMs - beganMs === 1000) {
      ;[rate, readAtMs] = [truths[second] ?? 0, atMs]
      readings++
    }
    const dirty = Number.isFinite(rate) ? rate : undefined
    rise = stepRise(rise, { ...unread(second), dirty, atMs }, thresholds)
    if (rise.rising) {
      risingSeconds++
      dueMs = Math.min(
        dueMs,
        (Number.isFinite(beganMs) ? beganMs : atMs) + 1000 * thresholds.riseCadence.value,
      )
    }
    if (atMs >= dueMs) {
      beganMs = atMs
      const cadence = rise.rising ? thresholds.riseCadence : thresholds.restCadence
      dueMs = atMs + nextReadingDelay(name, atMs, 1000 * cadence.value)
    }
    held[second] = rate
    ageMs[second] = atMs - readAtMs
  }
  return { held, ageMs, readings, risingSeconds }
}

const DIRTY = 3

/** A held-back series watched by duty cycle. Its I/O is not told apart: a third each is taken for disk reads and network. */
export const watchSeries = (series: FeatureSeries, phase: number, theta: number): Watched => {
  const at = (second: number, column: number) => series.values[second * FEATURE_COUNT + column] ?? 0
  const truths = Float32Array.from({ length: series.steps }, (_, second) => at(second, DIRTY))
  return watchByDutyCycle(series.name, truths, {
    phase,
    unread: second => {
      const row = Math.max(0, Math.floor(second / 5) * 5 - 1)
      const io = at(row, 2) / 3 / 4096
      const features = { cpuPages: at(row, 0) * 8000, diskPages: io, networkPages: io }
      return { theta, forecast: undefined, estimate: undefined, features }
    },
  })
}
