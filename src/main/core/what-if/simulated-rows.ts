import type { PolicyName } from '../../../shared/model/migration.ts'
import type { SimulationResult } from '../../../shared/model/simulation-case.ts'
import type {
  Agreement,
  MeasuredRun,
  Spread,
  WhatIfFigure,
  WhatIfRow,
} from '../../../shared/model/what-if.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'

const spreadOf = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? 0
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    low: at(0),
    high: at(sorted.length - 1),
  }
}

const figureOf: Readonly<Record<WhatIfFigure, (result: SimulationResult) => number>> = {
  totalMs: ({ totalMs }) => totalMs,
  downtimeMs: ({ downtimeMs }) => downtimeMs,
  unavailabilityMs: ({ unavailabilityMs }) => unavailabilityMs,
  bytesSent: ({ bytesSent }) => bytesSent,
  retransmittedBytes: ({ pagesRetransmitted }) => pagesRetransmitted * PAGE_BYTES,
  demandFaults: ({ demandFaults }) => demandFaults,
  lostGuestMs: ({ lostGuestMs }) => lostGuestMs,
}

/** What a policy would have done, by its runs; at least one is expected. */
export const simulatedRow = (
  policy: PolicyName,
  results: readonly SimulationResult[],
): Extract<WhatIfRow, { kind: 'simulated' }> => {
  const figure = (name: WhatIfFigure): Spread => spreadOf(results.map(figureOf[name]))
  return {
    kind: 'simulated',
    policy,
    figures: {
      totalMs: figure('totalMs'),
      downtimeMs: figure('downtimeMs'),
      unavailabilityMs: figure('unavailabilityMs'),
      bytesSent: figure('bytesSent'),
      retransmittedBytes: figure('retransmittedBytes'),
      demandFaults: figure('demandFaults'),
      lostGuestMs: figure('lostGuestMs'),
    },
    runs: results.length,
    slaViolations: results.filter(({ slaViolated }) => slaViolated).length,
    aborted: results.filter(({ outcome }) => outcome === 'aborted').length,
  }
}

const comparable = ['totalMs', 'downtimeMs', 'bytesSent'] as const

/** The simulation of the policy that really ran, beside what happened; null where it did not complete. */
export const agreementOf = (rows: readonly WhatIfRow[], measured: MeasuredRun | null): Agreement | null => {
  if (measured?.phase !== 'completed') return null
  const again = rows.find(row => row.policy === measured.policy)
  if (again?.kind !== 'simulated') return null
  const pairs = comparable.flatMap(name => {
    const happened = measured.figures[name]
    return happened === null ? [] : [[name, { simulated: again.figures[name].median, measured: happened }]]
  })
  return Object.fromEntries(pairs)
}

/** How far a simulated run is from what happened: the sum of the logarithms of total time and bytes, each over the other. */
export const distanceFrom = (measured: MeasuredRun, { totalMs, bytesSent }: SimulationResult): number => {
  const off = (simulated: number, happened: number | null): number =>
    happened === null || happened <= 0 || simulated <= 0 ? 0 : Math.abs(Math.log(simulated / happened))
  return off(totalMs, measured.figures.totalMs) + off(bytesSent, measured.figures.bytesSent)
}
