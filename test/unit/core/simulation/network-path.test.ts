import { expect, test } from 'vitest'
import { Random } from '../../../../src/main/core/numeric/random.ts'
import {
  NetworkPath,
  type PathPlan,
  streamBytesPerSecond,
} from '../../../../src/main/core/simulation/network-path.ts'

const aPath = (change: Partial<PathPlan> = {}): NetworkPath =>
  new NetworkPath(
    {
      bandwidthBytesPerSecond: 12.5e6,
      latencyMs: 40,
      lossRatio: 0,
      congestionControl: 'reno',
      jitterMs: 0,
      competingRatio: 0,
      variation: 0,
      cuts: [],
      seed: 1,
      ...change,
    },
    new Random(1),
  )

// 1,460 / 0.04 s * sqrt(1.5) / sqrt(0.001) = 1,413,639 bytes/s, far below the link's 12.5e6.
test('loss bounds one TCP stream by the round trip', () => {
  const link = { bandwidthBytesPerSecond: 12.5e6, latencyMs: 40, lossRatio: 0.001 }
  expect(streamBytesPerSecond({ ...link, congestionControl: 'reno' })).toBeCloseTo(1_413_639, -2)
  expect(streamBytesPerSecond({ ...link, congestionControl: 'bbr' })).toBeCloseTo(12.5e6 * 0.999)
})

test('a short link carries all but what is lost', () => {
  const link = { bandwidthBytesPerSecond: 12.5e6, latencyMs: 0.2, lossRatio: 0.001 }
  expect(streamBytesPerSecond({ ...link, congestionControl: 'reno' })).toBeCloseTo(12.5e6 * 0.999)
})

test('competing traffic takes its part, and gives back what priority asks for', () => {
  const path = aPath({ competingRatio: 0.4 })
  expect(path.bytesPerMsAt(0)).toBeCloseTo(12_500 * 0.6)
  expect(path.bytesPerMsAt(0, 0.5)).toBeCloseTo(12_500 * 0.8)
  expect(path.bytesPerMsAt(0, 1)).toBeCloseTo(12_500)
})

test('nothing goes over while the path is cut', () => {
  const path = aPath({ cuts: [{ fromMs: 100, toMs: 300 }] })
  expect([99, 100, 299, 300].map(ms => path.bytesPerMsAt(ms))).toEqual([12_500, 0, 0, 12_500])
  expect(path.cutUntil(150)).toBe(300)
})

test('the bandwidth varies by no more than is said', () => {
  const path = aPath({ variation: 0.3 })
  const rates = Array.from({ length: 500 }, (_, i) => path.bytesPerMsAt(i * 37))
  expect(Math.min(...rates)).toBeGreaterThanOrEqual(12_500 * 0.7 - 1e-6)
  expect(Math.max(...rates)).toBeLessThanOrEqual(12_500 * 1.3 + 1e-6)
  expect(Math.max(...rates) - Math.min(...rates)).toBeGreaterThan(12_500 * 0.3)
})
