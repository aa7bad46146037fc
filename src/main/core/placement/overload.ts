import type { CpuPoint } from './forecast-host-cpu.ts'

/** Fewer recorded errors than this tell no probability: its steps would be coarser than 1/30. */
export const ERRORS_NEEDED = 30

export interface OverloadForecast {
  /** 0..1. */
  readonly probability: number
  readonly aheadMs: number
  /** Recorded errors that the probability is a share of. */
  readonly errors: number
}

/**
 * How likely a host's CPU reaches `limit` at one of the forecast's points, and at which likeliest (the nearest of
 * equals): the share of past errors (measured less forecast, same host, same distance) that would carry the forecast
 * there. No shape of the errors is assumed. Null while no point has errors enough.
 */
export const overloadOf = (
  points: readonly CpuPoint[],
  errorsAt: (aheadMs: number) => readonly number[],
  limit: number,
): OverloadForecast | null => {
  let worst: OverloadForecast | null = null
  for (const { aheadMs, cpuRatio } of points) {
    const errors = errorsAt(aheadMs)
    if (errors.length < ERRORS_NEEDED) continue
    const reaching = errors.filter(error => cpuRatio + error >= limit).length
    const probability = reaching / errors.length
    if (!worst || probability > worst.probability) worst = { probability, aheadMs, errors: errors.length }
  }
  return worst
}
