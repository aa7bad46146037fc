import { expect, test } from 'vitest'
import { assessRisk } from '../../src/main/core/decision/risk.ts'
import { UNAVAILABLE } from '../../src/shared/model/measure.ts'

const THETA = 150_000
const measured = (value: number) => ({ origin: 'measured' as const, value, ageMs: 0 })
const aForecast = (...rates: readonly number[]) => ({
  vmId: 'vm',
  atMs: 1_000_000,
  points: rates.map((dirtyPagesPerSecond, i) => ({
    aheadMs: (i + 1) * 10_000,
    dirtyPagesPerSecond,
    cpuRatio: 0,
  })),
})

test('a VM past theta is at high risk now', () => {
  expect(assessRisk(measured(THETA), undefined, THETA)).toMatchObject({ level: 'high', expectedAtMs: null })
})

test('a forecast that passes theta gives the time of the first crossing', () => {
  const risk = assessRisk(measured(10), aForecast(10, THETA, 2 * THETA), THETA)
  expect(risk).toMatchObject({ level: 'high', expectedAtMs: 1_020_000 })
})

test('half of theta, now or forecast, is worth watching', () => {
  expect(assessRisk(measured(THETA / 2), undefined, THETA).level).toBe('watch')
  expect(assessRisk(measured(0), aForecast(THETA / 2), THETA).level).toBe('watch')
  expect(assessRisk(measured(THETA / 2 - 1), aForecast(10), THETA).level).toBe('none')
})

test('without any figure the risk is unknown, not low', () => {
  expect(assessRisk(UNAVAILABLE, undefined, THETA)).toMatchObject({ level: 'unknown', expectedAtMs: null })
})

test('a forecast alone is enough to tell a risk by', () => {
  expect(assessRisk(UNAVAILABLE, aForecast(10), THETA)).toMatchObject({
    level: 'none',
    reason: expect.stringContaining('forecast'),
  })
  expect(assessRisk(UNAVAILABLE, aForecast(THETA), THETA).level).toBe('high')
})

test('what rests on an estimate says so, with its error where that is known', () => {
  const estimated = (value: number, errorRatio?: number) => ({
    origin: 'estimated' as const,
    value,
    ageMs: 0,
    ...(errorRatio === undefined ? {} : { errorRatio }),
  })
  const reasonOf = (...given: Parameters<typeof assessRisk>) => assessRisk(...given).reason
  expect(reasonOf(estimated(THETA, 0.6), undefined, THETA)).toContain('an estimate, typically off by 60%')
  expect(reasonOf(estimated(THETA), undefined, THETA)).toContain('an estimate whose error is not known')
  expect(reasonOf(estimated(10, 0.6), aForecast(THETA), THETA)).toContain('an estimate')
  expect(reasonOf(estimated(THETA / 2, 0.6), undefined, THETA)).toContain('an estimate')
  expect(reasonOf(estimated(10, 0.6), undefined, THETA)).toContain('does not show a guest that writes much')
  expect(reasonOf(measured(10), undefined, THETA)).not.toContain('estimate')
})

test('a VM of which nothing is known is not called far from theta', () => {
  expect(assessRisk(UNAVAILABLE, undefined, THETA).reason).toContain('not known')
})
