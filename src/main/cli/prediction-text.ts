import type { PredictedQuantiles, SimulationPrediction } from '../../shared/model/simulation-case.ts'
import { formatBytes, formatDuration, formatRatio } from '../../shared/units.ts'

const between = ({ p10, p50, p90 }: PredictedQuantiles, format: (value: number) => string): string =>
  `${format(p50)} (${format(p10)} to ${format(p90)})`

/** A prediction as one line for a person. */
export const describePrediction = (prediction: SimulationPrediction): string => {
  const { totalMs, downtimeMs, unavailabilityMs, bytesSent, converges } = prediction
  return [
    `total ${between(totalMs, formatDuration)}`,
    `pause ${between(downtimeMs, formatDuration)}`,
    `unavailable ${between(unavailabilityMs, formatDuration)}`,
    `sent ${between(bytesSent, formatBytes)}`,
    converges ? 'converges' : 'does not converge',
    `${formatRatio(prediction.slaViolationProbability)} chance to violate the SLA`,
  ].join(', ')
}
