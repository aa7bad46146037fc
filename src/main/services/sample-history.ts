import { numberOf } from '../../shared/model/measure.ts'
import type { VmSample } from '../../shared/model/sample.ts'
import { anchorWindow, freshOrNaN } from '../core/forecast/age-mask.ts'
import { FEATURE_COUNT, forecastFeatures } from '../core/forecast/features.ts'
import { RunningPercentile } from '../core/numeric/running-percentile.ts'

/** After a longer gap the window begins anew: its steps are seconds. Two slow ticks in a row are no gap. */
const LONGEST_STEP_MS = 10_000
/** Fault readings kept for a VM's own 95th percentile, and how few are too few. */
const FAULTS_KEPT = 600
const FAULTS_NEEDED = 60

interface Recent {
  /** steps x features, a ring. */
  readonly rows: Float32Array
  count: number
  lastAtMs: number
  /** The dirty rate last told, however old; undefined while there is none. */
  lastDirty: number | undefined
  /** Made with the first reading: most servers tell none. */
  faults: RunningPercentile | undefined
}

/** The last `steps` samples of each VM without a gap, as the forecaster's window, and what its page faults usually are. */
export class SampleHistory {
  readonly #steps: number
  readonly #longestAgeMs: number
  readonly #recent = new Map<string, Recent>()
  #percentiles = 0

  /** A figure older than `longestAgeMs` is masked in the window. */
  constructor(steps: number, longestAgeMs: number) {
    this.#steps = steps
    this.#longestAgeMs = longestAgeMs
  }

  push(sample: VmSample): void {
    let recent = this.#recent.get(sample.vmId)
    if (!recent) {
      recent = {
        rows: new Float32Array(this.#steps * FEATURE_COUNT),
        count: 0,
        lastAtMs: sample.atMs,
        lastDirty: undefined,
        faults: undefined,
      }
      this.#recent.set(sample.vmId, recent)
    }
    const passedMs = sample.atMs - recent.lastAtMs
    if (passedMs > LONGEST_STEP_MS) recent.count = 0
    // A step of the window is a second: where a pool's clock runs faster than its ticks the last row fills the gap.
    const missed = recent.count === 0 ? 0 : Math.round(passedMs / 1000) - 1
    for (let i = 0; i < missed; i++) this.#repeat(recent)
    recent.lastAtMs = sample.atMs
    recent.lastDirty = numberOf(sample.dirtyPagesPerSecond)
    const row = (recent.count % this.#steps) * FEATURE_COUNT
    let column = row
    for (const feature of forecastFeatures)
      recent.rows[column++] = freshOrNaN(sample[feature], this.#longestAgeMs)
    recent.count++
    const faults = numberOf(sample.pageFaultsPerSecond)
    if (faults === undefined) return
    recent.faults ??= new RunningPercentile({
      kept: FAULTS_KEPT,
      needed: FAULTS_NEEDED,
      share: 0.95,
      turn: this.#percentiles++,
    })
    recent.faults.add(faults)
  }

  /** A VM is gone. */
  forget(vmId: string): void {
    this.#recent.delete(vmId)
  }

  #repeat(recent: Recent): void {
    const last = ((recent.count - 1) % this.#steps) * FEATURE_COUNT
    recent.rows.copyWithin((recent.count % this.#steps) * FEATURE_COUNT, last, last + FEATURE_COUNT)
    recent.count++
  }

  /** Writes a VM's window (steps x features, oldest first) into `target` at `offset`; false while it is too short or tells no dirty rate. */
  copyWindow(vmId: string, target: Float32Array, offset: number): boolean {
    const recent = this.#recent.get(vmId)
    if (!recent || recent.count < this.#steps) return false
    const split = (recent.count % this.#steps) * FEATURE_COUNT
    // Element by element: two views for each VM cost more than the copy.
    const { rows } = recent
    let to = offset
    for (let at = split; at < rows.length; at++) target[to++] = rows[at] ?? Number.NaN
    for (let at = 0; at < split; at++) target[to++] = rows[at] ?? Number.NaN
    return anchorWindow(target, offset, recent.lastDirty)
  }

  /** 95th percentile of the VM's page faults, a minute old at most; null while there is too little history. */
  usualPageFaults(vmId: string): number | null {
    return this.#recent.get(vmId)?.faults?.value ?? null
  }
}
