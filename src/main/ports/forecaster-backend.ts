/** The trained network on whatever tensor library loads, off the main thread. */
export interface ForecasterBackend {
  /** Tensor library in use, and the model's name, shape and skill on held-back data. Rejects with a Failure when none loads. */
  readonly info: Promise<{
    readonly backend: 'tfjs-node' | 'tfjs-wasm' | 'tfjs-cpu'
    readonly model: string
    readonly skill: number
    readonly windowSteps: number
    readonly features: number
    /** Steps ahead of each output point, nearest first. */
    readonly horizons: readonly number[]
  }>
  /**
   * windows: count x windowSteps x features, raw units in the order of S1 eq 1 (CPU ratio, RAM ratio, I/O bytes/s,
   * dirty pages/s, page faults/s), NaN where unavailable; oldest step first.
   * Resolves with count x horizons x 2: dirty pages/s and CPU ratio.
   */
  predict(windows: Float32Array, count: number): Promise<Float32Array>
  close(): Promise<void>
}
