import { expect, test } from 'vitest'
import {
  lacksVerdicts,
  roundVerdicts,
  switchThetaThen,
} from '../../src/renderer/features/migration/round-verdicts.ts'
import type { Decision } from '../../src/shared/model/decision.ts'
import { measured, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import { aDecision } from '../fakes/fake-decisions.ts'
import { aVm } from '../fakes/fake-hypervisor.ts'
import { aMigration } from '../fakes/fake-migration.ts'

const aRound = (index: number) => ({
  index,
  live: true,
  startedAtMs: index * 1000,
  ms: 1000,
  sentPages: 262_144,
  dirtiedPages: 131_072,
  bandwidthBytesPerSecond: 2 ** 30,
})
const decided = (round: number, ratio: number, action: string): Decision =>
  aDecision(aVm({ id: 'vm-1' }), {
    id: `migration-1:round-${round}`,
    kind: 'round',
    outcome: `after round ${round}: ${action}`,
    inputs: [
      {
        name: 'dirty ratio of the round',
        unit: 'ratio',
        value: measured(ratio),
        limit: 0.7,
        fired: ratio >= 0.7,
      },
      { name: 'dirty ratio forecast', unit: 'ratio', value: UNAVAILABLE, limit: 0.7, fired: false },
      { name: 'pages left to send', unit: 'pages', value: measured(131_072), limit: 50, fired: false },
      { name: 'live rounds', unit: 'rounds', value: measured(round), limit: 5, fired: round >= 5 },
    ],
    alternatives: [
      { name: 'continue', chosen: false, because: 'it would leave as much' },
      { name: 'switch', chosen: true, because: 'moves the VM now' },
    ],
  })
const byId = (...decisions: readonly Decision[]) => new Map(decisions.map(one => [one.id, one]))

test('each round shows the figures held against their limits, and which reached theirs', () => {
  const migration = aMigration({ rounds: [aRound(1), aRound(2)] })
  const decisions = byId(decided(1, 0.51, 'another round'), decided(2, 0.73, 'switch to post-copy'))
  const verdicts = roundVerdicts(migration, decisions)
  expect(verdicts?.columns.map(({ name, limit }) => `${name}: ${limit}`)).toEqual([
    'dirty ratio of the round: 70%',
    'dirty ratio forecast: 70%',
    'pages left to send: 200 KiB',
    'live rounds: 5',
  ])
  expect(verdicts?.rows[1]).toEqual({
    round: 2,
    figures: [
      { text: '73%', fired: true },
      { text: 'not known', fired: false },
      { text: '512 MiB', fired: false },
      { text: '2', fired: false },
    ],
    outcome: 'switch to post-copy',
    isLast: true,
  })
})

test('what was chosen comes before what was not', () => {
  const verdicts = roundVerdicts(
    aMigration({ rounds: [aRound(1)] }),
    byId(decided(1, 0.8, 'switch to post-copy')),
  )
  expect(verdicts?.alternatives.map(({ name }) => name)).toEqual(['switch', 'continue'])
})

test('of many rounds the last are shown and the others counted', () => {
  const rounds = Array.from({ length: 9 }, (_, i) => aRound(i + 1))
  const decisions = byId(...rounds.map(({ index }) => decided(index, 0.5, 'another round')))
  const verdicts = roundVerdicts(aMigration({ rounds }), decisions)
  expect(verdicts?.rows.map(row => row.round)).toEqual([4, 5, 6, 7, 8, 9])
  expect(verdicts?.earlier).toBe(3)
})

test('an ended migration lacks the decisions of live rounds that are not known here', () => {
  const rounds = [aRound(1), { ...aRound(2), live: false }]
  const ended = aMigration({ rounds, endedAtMs: 9 })
  expect(lacksVerdicts(ended, new Map())).toBe(true)
  expect(lacksVerdicts(ended, byId(decided(1, 0.8, 'stop and copy')))).toBe(false)
  expect(lacksVerdicts(aMigration({ rounds, endedAtMs: null }), new Map())).toBe(false)
})

test('where no decision is known nothing is invented', () => {
  expect(roundVerdicts(aMigration({ rounds: [aRound(1)] }), new Map())).toBeNull()
})

test('what was decided too late is told as that', () => {
  const migration = aMigration({ rounds: [aRound(1), aRound(2)] })
  const decisions = byId(decided(1, 0.9, 'switch to post-copy'), decided(2, 0.9, 'switch to post-copy'))
  expect(roundVerdicts(migration, decisions)?.rows.map(row => row.outcome)).toEqual([
    'switch to post-copy, but the host had gone on by then',
    'switch to post-copy',
  ])
})

test('a migration keeps the switch line it was held against when the threshold is changed later', () => {
  const migration = aMigration({ rounds: [aRound(1), aRound(2)] })
  expect(switchThetaThen(migration, byId(decided(1, 0.5, 'another round')))).toBe(0.7)
  expect(switchThetaThen(migration, new Map())).toBeUndefined()
})
