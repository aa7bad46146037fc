import { type WhatIf, whatIfFigures } from '../../../shared/model/what-if.ts'
import { simulatedRows } from './what-if-columns.ts'

const columns = [
  'policy',
  'origin',
  'runs',
  ...whatIfFigures.flatMap(figure => [figure, `${figure}_low`, `${figure}_high`]),
  'sla_violations',
]

/** A comparison as CSV (RFC 4180): medians with the ends of their ranges; what is not told is empty. */
export const whatIfCsv = (whatIf: WhatIf): string => {
  const { measured } = whatIf
  const happened = measured && [
    measured.policy,
    'measured',
    1,
    ...whatIfFigures.flatMap(figure => [measured.figures[figure] ?? '', '', '']),
    measured.slaViolated === null ? '' : Number(measured.slaViolated),
  ]
  const simulated = simulatedRows(whatIf).map(({ policy, runs, figures, slaViolations }) => [
    policy,
    'simulated',
    runs,
    ...whatIfFigures.flatMap(figure => [figures[figure].median, figures[figure].low, figures[figure].high]),
    slaViolations,
  ])
  const lines = [columns, ...(happened ? [happened] : []), ...simulated]
  return [...lines.map(line => line.join(',')), ''].join('\r\n')
}

/** A comparison as JSON, with what it rests on. */
export const whatIfJson = (whatIf: WhatIf): string => `${JSON.stringify(whatIf, null, 2)}\n`
