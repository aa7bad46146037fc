import { Failure } from '../../shared/failure.ts'
import type { Forecast } from '../../shared/model/forecast.ts'
import type { ForecasterBackend } from '../ports/forecaster-backend.ts'
import type { SampleHistory } from './sample-history.ts'
import type { Tick } from './sampler.ts'

type Info = Awaited<ForecasterBackend['info']>

const STEP_MS = 1000

/** Forecasts every VM with a full window, once a tick. Without a working backend there are no forecasts. */
export class Forecaster {
  readonly #backend: ForecasterBackend
  readonly #history: SampleHistory
  /** Filled anew at each tick: the backend takes a copy at once. */
  #windows = new Float32Array(0)
  #info: Info | undefined

  constructor({ backend, history }: { backend: ForecasterBackend; history: SampleHistory }) {
    this.#backend = backend
    this.#history = history
    backend.info.then(
      info => {
        this.#info = info
      },
      // Who made the backend tells of its failure; here there are just no forecasts.
      () => {},
    )
  }

  /** A forecaster that fails takes its forecasts along, not the tick: who made it tells of the failure. */
  #predict(windows: Float32Array, count: number): Promise<Float32Array | null> {
    return this.#backend.predict(windows, count).catch(error => {
      if (error instanceof Failure) return null
      throw error
    })
  }

  /** A forecast for each VM of a tick, in its order; undefined until the model is loaded and the VM's window is full. */
  async forecast(tick: Tick): Promise<readonly (Forecast | undefined)[]> {
    const info = this.#info
    if (!info) return []
    const size = info.windowSteps * info.features
    if (this.#windows.length < tick.vms.length * size)
      this.#windows = new Float32Array(tick.vms.length * size)
    const rows: number[] = []
    let count = 0
    for (const { vmId } of tick.vms)
      rows.push(this.#history.copyWindow(vmId, this.#windows, count * size) ? count++ : -1)
    if (count === 0) return []
    const outputs = await this.#predict(this.#windows.subarray(0, count * size), count)
    if (outputs === null) return []
    return tick.vms.map(({ vmId }, at) => {
      const row = rows[at] ?? -1
      return row < 0 ? undefined : { vmId, atMs: tick.atMs, points: pointsOf(info.horizons, outputs, row) }
    })
  }
}

/** Row `row` of a backend's outputs: a pair of dirty rate and CPU for each horizon. */
const pointsOf = (horizons: readonly number[], outputs: Float32Array, row: number): Forecast['points'] =>
  horizons.map((steps, column) => {
    const at = (row * horizons.length + column) * 2
    return {
      aheadMs: steps * STEP_MS,
      dirtyPagesPerSecond: Math.max(0, outputs[at] ?? 0),
      cpuRatio: Math.min(1, Math.max(0, outputs[at + 1] ?? 0)),
    }
  })
