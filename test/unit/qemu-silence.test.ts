import { expect, test } from 'vitest'
import { Silence } from '../../src/main/adapters/qemu/silence.ts'

test('silence begins with the first failure, and with the next one after an answer', () => {
  const silence = new Silence()
  expect([silence.goOn(5_000), silence.goOn(8_000)]).toEqual([0, 3_000])
  silence.end()
  expect([silence.goOn(900_000), silence.goOn(900_100)]).toEqual([0, 100])
})

test('a clock that is set back has silence begin anew', () => {
  const silence = new Silence()
  expect([5_000, 2_000, 2_500].map(nowMs => silence.goOn(nowMs))).toEqual([0, 0, 500])
})
