import { z } from 'zod'
import type { Advice } from '../model/advice.ts'
import type { PageHeat } from '../model/heat.ts'
import type { VmSeries } from '../model/sample.ts'
import type { WhatIfItem } from '../model/what-if.ts'
import type { CurvePoint, WorkingSet } from '../model/working-set.ts'
import { call, stream } from '../rpc/contract.ts'

const vmId = z.string().min(1).max(64)

export type HeatItem =
  | { readonly kind: 'heat'; readonly heat: PageHeat }
  /** Heat cannot be had now; `because` is a plain sentence. */
  | { readonly kind: 'unavailable'; readonly because: string }

/**
 * The working set as it is known now with its curve, shortest window first, and those kept before it, newest first;
 * `because` says why none is known.
 */
export interface WorkingSetItem {
  readonly workingSet: WorkingSet | null
  readonly curve: readonly CurvePoint[]
  readonly earlier: readonly WorkingSet[]
  readonly because: string | null
}

export const vmContract = {
  /** The stored history of one VM between two pool times (ms since the epoch), oldest first; 30 s averages past two hours. */
  'vm.series': call<VmSeries>()(z.object({ vmId, fromMs: z.number(), toMs: z.number() })),
  /** Page heat of one VM, read every few seconds while somebody looks. */
  'vm.heat': stream<HeatItem>()(z.object({ vmId })),
  /** What Longshore would do with one VM, whenever that changes; null while nothing was read from its pool. */
  'vm.advice': stream<Advice | null>()(z.object({ vmId })),
  /** The dirty curve of one VM, whenever it is read anew. */
  'vm.workingSet': stream<WorkingSetItem>()(z.object({ vmId })),
  /** What every policy would make of one VM now: progress, then the result, then the end. */
  'vm.simulate': stream<WhatIfItem>()(z.object({ vmId })),
}
