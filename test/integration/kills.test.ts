import { expect, test } from 'vitest'
import { runKills } from '../support/kill-rounds.ts'

test('after five kills nothing was started twice, forgotten or lost, and all ended as the pool says', async () => {
  const figures = await runKills({ kills: 5, seed: 7 })
  expect(figures).toMatchObject({ kills: 5, startedTwice: 0, forgotten: 0, wrongEnd: 0, samplesLost: 0 })
  expect(figures.seenByLab).toBeGreaterThan(0)
  expect(figures.samplesAcknowledged).toBeGreaterThan(0)
})
