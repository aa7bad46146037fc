import type { AppStatus } from '../../../shared/contract/app.ts'
import { HELD_MS, type Measure } from '../../../shared/model/measure.ts'

/** Where a dirty rate comes from, in words. */
export const originWords = (rate: Measure | undefined): string => {
  if (!rate) return 'not yet read'
  switch (rate.origin) {
    case 'measured':
      return rate.ageMs >= HELD_MS
        ? `measured by the host, ${Math.round(rate.ageMs / 1000)} s ago`
        : 'measured by the host'
    case 'estimated':
      return rate.errorRatio === undefined
        ? 'estimated from other figures; its error is not known'
        : `estimated from other figures, typically within ${Math.round(rate.errorRatio * 100)}%`
    case 'unavailable':
      return 'unavailable on this host'
  }
}

/** The forecaster and how good it is against repeating the last value. */
export const modelWords = (model: AppStatus['model'] | undefined): string =>
  model ? `${model.name}, skill ${model.skill >= 0 ? '+' : ''}${model.skill.toFixed(2)}` : 'loading'
