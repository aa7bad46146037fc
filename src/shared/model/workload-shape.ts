/** What the load of a VM looks like over hours. */
export type ShapeWord = 'periodic' | 'bursty' | 'steady' | 'idle'

/** VMs of alike workloads, with the medians of their figures. */
export interface ShapeGroup {
  readonly word: ShapeWord
  /** How often it repeats, ms; null for what does not. */
  readonly periodMs: number | null
  readonly cpuRatio: number
  readonly dirtyPagesPerSecond: number
  readonly vmIds: readonly string[]
}

/** The CPU and dirty rate of VMs over time: VMs x columns, NaN where nothing is known. */
export interface ShapeMatrix {
  readonly vmIds: readonly string[]
  readonly columnMs: number
  readonly cpu: Float32Array
  readonly dirty: Float32Array
}
