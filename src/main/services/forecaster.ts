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

  /** The forecasts for a tick's VMs; empty until the model is loaded and windows are full. */
  async forecast(tick: Tick): Promise<readonly Forecast[]> {
    const info = this.#info
    if (!info) return []
    const size = info.windowSteps * info.features
    const windows = new Float32Array(tick.vms.length * size)
    const vmIds: string[] = []
    for (const { vmId } of tick.vms) {
      if (this.#history.copyWindow(vmId, windows, vmIds.length * size)) vmIds.push(vmId)
    }
    if (vmIds.length === 0) return []
    const outputs = await this.#predict(windows.slice(0, vmIds.length * size), vmIds.length)
    if (outputs === null) return []
    return vmIds.map((vmId, row) => ({
      vmId,
      atMs: tick.atMs,
      points: info.horizons.map((steps, column) => {
        const at = (row * info.horizons.length + column) * 2
        return {
          aheadMs: steps * STEP_MS,
          dirtyPagesPerSecond: Math.max(0, outputs[at] ?? 0),
          cpuRatio: Math.min(1, Math.max(0, outputs[at + 1] ?? 0)),
        }
      }),
    }))
  }
}
