/** How finely a migration is simulated: guest and link take turns of `sliceMs`, progress is reported every `reportMs`. */
export interface Steps {
  readonly sliceMs: number
  readonly reportMs: number
}

interface Fineness {
  readonly slicesPerPass: number
  readonly shortestMs: number
  readonly longestMs: number
  /** A pass that would take more slices than this has longer ones. */
  readonly mostSlicesPerPass: number
  readonly reportsPerPass: number
}

const stepsBy =
  ({ slicesPerPass, shortestMs, longestMs, mostSlicesPerPass, reportsPerPass }: Fineness) =>
  (passMs: number): Steps => {
    const longest = Math.max(longestMs, passMs / mostSlicesPerPass)
    return {
      sliceMs: Math.min(longest, Math.max(shortestMs, passMs / slicesPerPass)),
      reportMs: passMs / reportsPerPass,
    }
  }

/** Page by page, where a pass over all of memory takes so long; halving the slices changes no figure by 1 %. */
export const singlePageSteps = stepsBy({
  slicesPerPass: 1000,
  shortestMs: 0.5,
  longestMs: 10,
  mostSlicesPerPass: 200_000,
  reportsPerPass: 64,
})

/** In expected numbers, where nothing scatters: no longer than workloads and links take to change. */
export const meanFieldSteps = stepsBy({
  slicesPerPass: 64,
  shortestMs: 0.25,
  longestMs: 500,
  mostSlicesPerPass: 20_000,
  reportsPerPass: 16,
})
