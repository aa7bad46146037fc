/** Heat classes in the order of their codes in `PageHeat.classes`. */
export const heatClasses = ['cold', 'warm', 'hot'] as const
export type HeatClass = (typeof heatClasses)[number]

/** A cluster's centre in the units of its input, and how many points it holds. */
export interface HeatCentroid {
  readonly label: HeatClass
  readonly frequency: number
  readonly locality: number
  readonly recency: number
  readonly size: number
}

/** A VM's memory by heat: S1 3.5, K-means with K = 3 on {write frequency, access locality, recency}. */
export interface PageHeat {
  readonly vmId: string
  readonly atMs: number
  /** Pages that one region stands for; the last region may hold fewer. */
  readonly regionPages: number
  readonly totalPages: number
  /** One code per region: an index into `heatClasses`. */
  readonly classes: Uint8Array
  /** Writes per page and second, per region. */
  readonly frequency: Float32Array
  readonly centroids: readonly HeatCentroid[]
  readonly inertia: number
  readonly iterations: number
}
