import type { Measure } from '../../../shared/model/measure.ts'

/** How far an estimate may be off, as half a sentence; empty for what was measured. */
export const estimateWords = (measure: Measure): string => {
  if (measure.origin !== 'estimated') return ''
  const { errorRatio } = measure
  return errorRatio === undefined
    ? 'an estimate whose error is not known'
    : `an estimate, typically off by ${Math.round(errorRatio * 100)}%`
}
