import type { ShapeGroup, ShapeMatrix } from '../../shared/model/workload-shape.ts'

export interface ShapeQuestion extends ShapeMatrix {
  /** What is sorted again and again: its groups stay as they are where they can. */
  readonly poolId: string
}

/** Sorts VMs by the shape of their workload, off the main thread. The arrays travel: they are the sorter's from then on. */
export interface ShapeSorter {
  sort(
    question: ShapeQuestion,
  ): Promise<{ readonly groups: readonly ShapeGroup[]; readonly unknownVmIds: readonly string[] }>
  close(): Promise<void>
}
