import { expect, test } from 'vitest'
import {
  publishedTimes,
  singleCountTimes,
  unlikeBytes,
} from '../../src/main/core/migration/checkpoint-times.ts'

/** t1 = 200 / 400 = 0.5 s, t2 = 100 / 100 = 1 s, t3 = t4 = 50 / 100 = 0.5 s. */
const volumes = {
  profileBytes: 200e6,
  checkpointBytes: 100e6,
  dirtyBytes: 50e6,
  nasBytesPerSecond: 400e6,
  linkBytesPerSecond: 100e6,
}

test('equations 1 to 6 of S3 as printed count the dirty blocks twice in time and once in volume', () => {
  expect(publishedTimes(volumes)).toEqual({
    profileMs: 500,
    checkpointMs: 1000,
    dirtyMs: 500,
    downtimeMs: 500,
    totalMs: 2500,
    bytes: 350e6,
  })
})

test('ours counts each dirty block once, and the pause is the hand-over alone', () => {
  expect(singleCountTimes(volumes, 30)).toEqual({
    profileMs: 500,
    checkpointMs: 1000,
    dirtyMs: 500,
    downtimeMs: 30,
    totalMs: 2030,
    bytes: 350e6,
  })
})

test('of an image that is 96 % alike 4 % travels', () => {
  expect(unlikeBytes(10e9, 0.96)).toBeCloseTo(0.4e9, 3)
})
