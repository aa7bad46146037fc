import { describe, expect, test } from 'vitest'
import { addOutcomes, playwrightOutcome, summaryLine, vitestOutcome } from '../../scripts/test-outcome.ts'
import { selectTests } from '../../scripts/test-selection.ts'

const vitest = (testResults: readonly object[], code = 0) =>
  vitestOutcome({ name: 'vitest', code, report: JSON.stringify({ testResults }) })
const file = (status: string, ...statuses: readonly string[]) => ({
  name: '/clone/test/unit/a.test.ts',
  status,
  message: '',
  assertionResults: statuses.map(each => ({ fullName: `is ${each}`, status: each })),
})

describe('a vitest report', () => {
  test('counts passed, failed and skipped tests by name', () => {
    expect(vitest([file('failed', 'passed', 'passed', 'failed', 'skipped', 'todo')], 1)).toEqual({
      passed: 2,
      failed: ['unit/a.test.ts: is failed'],
      skipped: ['unit/a.test.ts: is skipped', 'unit/a.test.ts: is todo'],
    })
  })

  test('with a file that could not be loaded is a failure', () => {
    expect(vitest([file('failed'), file('passed', 'passed')], 1).failed).toEqual([
      'unit/a.test.ts: the file failed',
    ])
  })

  test('of passed tests with an exit code is a failure', () => {
    expect(vitest([file('passed', 'passed')], 1).failed).toHaveLength(1)
  })

  test('without tests is a failure', () => {
    expect(vitest([]).failed).toEqual(['vitest: no tests were found'])
  })

  test.each([undefined, '', '{', '{}'])('that is %j is a crash and never zero tests', report => {
    expect(vitestOutcome({ name: 'vitest', code: 139, report }).failed).toEqual([
      'vitest: the runner ended with code 139 and left no report',
    ])
  })
})

describe('a Playwright report', () => {
  const spec = (status: string) => ({ title: `is ${status}`, file: 'journey.spec.ts', tests: [{ status }] })
  const report = (statuses: readonly string[], errors: readonly object[] = []) =>
    JSON.stringify({ suites: [{ specs: [], suites: [{ specs: statuses.map(spec) }] }], errors })

  test('counts nested specs', () => {
    const outcome = playwrightOutcome({
      name: 'e2e',
      code: 1,
      report: report(['expected', 'unexpected', 'skipped']),
    })
    expect(outcome).toEqual({
      passed: 1,
      failed: ['e2e/journey.spec.ts: is unexpected'],
      skipped: ['e2e/journey.spec.ts: is skipped'],
    })
  })

  test('counts an error outside of tests as a failure', () => {
    const outcome = playwrightOutcome({
      name: 'e2e',
      code: 1,
      report: report(['expected'], [{ message: 'bad\nstack' }]),
    })
    expect(outcome.failed).toEqual(['e2e: bad'])
  })
})

test('the last line sums all suites', () => {
  const outcome = { passed: 2, failed: ['a'], skipped: ['b', 'c'] }
  expect(summaryLine(addOutcomes([outcome, outcome]))).toBe('4 passed, 2 failed, 4 skipped')
})

describe('the choice of tests', () => {
  test('is everything when nothing is said', () => {
    expect(selectTests([])).toEqual({
      vitest: ['test/unit/', 'test/contract/', 'test/integration/'],
      playwright: [],
      namePattern: undefined,
    })
  })
  test('takes suites, files and part of a name', () => {
    expect(selectTests(['unit', 'test/contract/rpc.test.ts', '-t', 'a name'])).toEqual({
      vitest: ['test/unit/', 'test/contract/rpc.test.ts'],
      playwright: undefined,
      namePattern: 'a name',
    })
    expect(selectTests(['e2e/journey']).playwright).toEqual(['e2e/journey'])
  })
  test('refuses what names no tests', () => {
    expect(() => selectTests(['units'])).toThrow("'units' names no tests.")
  })
})
