import { expect, test } from 'vitest'
import { levelInForce, levelOfAll } from '../../../src/renderer/features/settings/level-words.ts'
import type { AutomationLevel } from '../../../src/shared/model/connection.ts'

const at = (level: AutomationLevel, ...standBack: readonly string[]) => ({ level, standBack })
const reason = 'Workload Balancing is enabled on this pool and moves VMs by itself.'

test('a connection that stands back says that it only advises', () => {
  expect(levelInForce(at('automatic', reason))).toBe('automatic, only advising now')
  expect(levelInForce(at('approve', reason))).toBe('approve, only advising now')
  expect(levelInForce(at('automatic'))).toBe('automatic')
})

test('a level that would not act anyway stands as it is', () => {
  expect(levelInForce(at('advise', reason))).toBe('advise')
  expect(levelInForce(at('observe', reason))).toBe('observe')
})

test('the line for all connections says how many of them only advise', () => {
  expect(levelOfAll([at('automatic'), at('automatic')])).toBe('automatic')
  expect(levelOfAll([at('automatic'), at('advise')])).toBe('mixed')
  expect(levelOfAll([at('automatic', reason)])).toBe('automatic, only advising now')
  expect(levelOfAll([at('automatic', reason), at('automatic')])).toBe('automatic, only advising on 1 of 2')
  expect(levelOfAll([at('automatic', reason), at('approve', reason)])).toBe('mixed, only advising now')
})
