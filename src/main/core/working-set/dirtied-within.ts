import type { WorkingSet } from '../../../shared/model/working-set.ts'
import { curveAt } from './dirty-curve.ts'
import { hasCurve } from './working-set.ts'

/** From this factor on a VM dirties unlike when its curve was read. A guess. */
const OTHER_FACTOR = 2

/**
 * Unique pages that a VM dirties within ms, when it dirties `seen.pages` within `seen.windowMs`: its curve, raised or
 * lowered to that. Undefined where no curve is known, or only one of another load.
 */
export const dirtiedWithin = (
  workingSet: WorkingSet | null,
  seen: { readonly windowMs: number; readonly pages: number },
): ((ms: number) => number) | undefined => {
  if (workingSet === null || !hasCurve(workingSet)) return undefined
  const raised = seen.pages / Math.max(1, curveAt(workingSet, seen.windowMs).pages)
  if (raised > OTHER_FACTOR || raised < 1 / OTHER_FACTOR) return undefined
  return ms => Math.min(workingSet.memoryPages, raised * curveAt(workingSet, ms).pages)
}
