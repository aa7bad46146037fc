import { describe, expect, test } from 'vitest'
import { Random } from '../../src/main/core/numeric/random.ts'
import { anovaF, chiSquare, quantileGroups } from '../../src/main/core/regression/feature-tests.ts'
import { linearRegression } from '../../src/main/core/regression/linear-regression.ts'
import { nearestNeighbours, nearestRows } from '../../src/main/core/regression/nearest-neighbours.ts'
import { rSquared, scaled, scaleOf, standardised } from '../../src/main/core/regression/regression.ts'
import { smallNetwork } from '../../src/main/core/regression/small-network.ts'
import { bagged, supportVectorRegression } from '../../src/main/core/regression/support-vector-regression.ts'

describe('scaling', () => {
  test('is in standard deviations from the mean, and leaves a constant column at 0', () => {
    const scale = scaleOf([
      [1, 7],
      [3, 7],
    ])
    expect(scale).toEqual({ means: [2, 7], deviations: [1, 1] })
    expect(scaled([4, 7], scale)).toEqual([2, 0])
  })
})

describe('R2', () => {
  test('is 1 - residual over total squares', () => {
    // Mean 2; total 2; residual 0.25 + 0 + 0.25.
    expect(rSquared([1.5, 2, 2.5], [1, 2, 3])).toBeCloseTo(0.75, 12)
    expect(rSquared([2, 2, 2], [1, 2, 3])).toBe(0)
  })
})

describe('K nearest neighbours', () => {
  const rows = [[0], [1], [3], [10]]
  test('averages the targets of the nearest rows', () => {
    expect(nearestRows(rows, [1.2], 2)).toEqual([1, 0])
    expect(nearestNeighbours(3)({ rows, targets: [10, 20, 60, 900] }, 1)([1.2])).toBe(30)
  })
  test('takes the earlier of equally near rows', () => {
    expect(nearestRows(rows, [2], 1)).toEqual([1])
  })
})

describe('linear regression', () => {
  test('finds y = 3 + 2 a - b', () => {
    const rows = [
      [0, 0],
      [1, 0],
      [0, 1],
      [2, 3],
    ]
    const predict = linearRegression({ rows, targets: [3, 5, 2, 4] }, 1)
    expect(predict([10, 5])).toBeCloseTo(18, 4)
  })
  test('does not break over two equal columns', () => {
    const rows = [1, 2, 3].map(x => [x, x])
    expect(linearRegression({ rows, targets: [2, 4, 6] }, 1)([5, 5])).toBeCloseTo(10, 3)
  })
})

/** y = a squared, over 60 drawn points of -2..2. */
const parabola = () => {
  const random = new Random(3)
  const rows = Array.from({ length: 60 }, () => [4 * random.unit() - 2])
  return { rows, targets: rows.map(([a = 0]) => a * a) }
}

test.each([
  ['support vector regression', supportVectorRegression],
  ['bagged support vector regression', bagged(supportVectorRegression, 5)],
  ['the small network', smallNetwork],
])('%s learns a parabola, the same for the same seed', (_, learn) => {
  const data = parabola()
  const predict = standardised(learn)(data, 7)
  expect(rSquared(data.rows.map(predict), data.targets)).toBeGreaterThan(0.95)
  expect(standardised(learn)(data, 7)([0.3])).toBe(predict([0.3]))
})

describe('tests of features', () => {
  test('values are cut at quantiles, equal ones stay together', () => {
    expect(quantileGroups([4, 1, 3, 2], 2)).toEqual([1, 0, 1, 0])
    expect(quantileGroups([0, 0, 0, 5], 2)).toEqual([1, 1, 1, 1])
  })
  test('ANOVA: F is the variance between groups over that within', () => {
    // Groups 1, 3 and 5, 7: means 2 and 6 around 4. Between 2 * 4 + 2 * 4 = 16 over 1; within 4 over 2.
    expect(anovaF([1, 3, 5, 7], [0, 0, 1, 1])).toBe(8)
    expect(anovaF([1, 3], [0, 0])).toBe(0)
  })
  test('chi-square of independence', () => {
    // 20 items, rows 10 and 10, columns 12 and 8: expected 6 4 6 4, observed 8 2 4 6.
    const a = [...Array(10).fill(0), ...Array(10).fill(1)]
    const b = [...Array(8).fill(0), 1, 1, ...Array(4).fill(0), ...Array(6).fill(1)]
    expect(chiSquare(a, b)).toBeCloseTo(4 / 6 + 4 / 4 + 4 / 6 + 4 / 4, 12)
  })
})
