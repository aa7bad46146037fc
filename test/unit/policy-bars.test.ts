import { expect, test } from 'vitest'
import {
  layoutPolicyBars,
  type PolicyBar,
  policyBarsHeight,
} from '../../src/renderer/charts/policy-bars/layout.ts'
import { rangeWords, slaWords, sortedRows } from '../../src/renderer/features/migration/what-if-columns.ts'
import { whatIfCsv, whatIfJson } from '../../src/renderer/features/migration/what-if-export.ts'
import { agreementWords } from '../../src/renderer/features/migration/what-if-words.ts'
import { formatDuration } from '../../src/shared/units.ts'
import { aWhatIf } from '../fakes/fake-what-if.ts'
import { shapesAsText } from '../support/shapes-as-text.ts'

const bars: readonly PolicyBar[] = [
  { name: 'hybrid (S1), measured', origin: 'measured', value: 9800, low: 9800, high: 9800, words: '9.80 s' },
  { name: 'post-copy', origin: 'simulated', value: 8000, low: 7600, high: 8900, words: '8.00 s' },
  { name: 'idle', origin: 'simulated', value: 0, low: 0, high: 0, words: '0 ms' },
]

test.for([320, 900])('bars of policies at a width of %i', width => {
  const size = { width, height: policyBarsHeight(bars.length) }
  expect(shapesAsText(layoutPolicyBars(bars, size))).toMatchSnapshot()
})

test('bars and their words stay within the chart', () => {
  for (const width of [200, 320, 900])
    for (const shape of layoutPolicyBars(bars, { width, height: 60 }))
      if (shape.kind === 'rect') expect(shape.x + shape.width).toBeLessThanOrEqual(width)
})

const whatIf = aWhatIf('vm-1', 'measured')

test('policies are sorted by the median of a figure', () => {
  const first = (descending: boolean) => sortedRows(whatIf, { column: 'downtimeMs', descending })[0]?.policy
  expect(first(false)).toBe('longshore')
  expect(first(true)).not.toBe('longshore')
})

test('a range tells a unit that both ends have once, and nothing where both read alike', () => {
  expect(rangeWords({ median: 40, low: 38.84, high: 41.6 }, formatDuration)).toBe('38.8 to 41.6 ms')
  expect(rangeWords({ median: 990, low: 980, high: 1100 }, formatDuration)).toBe('980 ms to 1.10 s')
  expect(rangeWords({ median: 40, low: 40, high: 40 }, formatDuration)).toBeNull()
})

test('the threshold is kept, broken, or broken in some runs', () => {
  const [row] = sortedRows(whatIf, { column: 'totalMs', descending: false })
  if (!row) throw new Error('a row expected')
  expect(slaWords({ ...row, slaViolations: 0 })).toBe('kept')
  expect(slaWords({ ...row, slaViolations: 2 })).toBe('broken in 2 of 3')
  expect(slaWords({ ...row, slaViolations: 3 })).toBe('broken')
  expect(slaWords({ ...row, aborted: 3 })).toBe('given up')
})

test('how near the simulation is stands in one sentence', () => {
  expect(agreementWords(whatIf)).toBe(
    'What really ran, hybrid (S1), simulated again: total 9.60 s against 9.80 s measured (-2 %), pause 40.0 ms against 38.0 ms measured (+5 %), sent 7.92 GiB against 7.82 GiB measured (+1 %).',
  )
  expect(agreementWords(aWhatIf('vm-1', 'not measured'))).toBeNull()
})

test('a comparison is kept as CSV and JSON', () => {
  const lines = whatIfCsv(whatIf).split('\r\n')
  expect(lines[0]).toMatch(/^policy,origin,runs,totalMs,totalMs_low,totalMs_high,downtimeMs,/)
  expect(lines[1]).toMatch(/^s1,measured,1,9800,,,38,,,/)
  expect(new Set(lines.slice(0, -1).map(line => line.split(',').length)).size).toBe(1)
  expect(JSON.parse(whatIfJson(whatIf))).toEqual(whatIf)
})
