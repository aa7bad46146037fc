import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import type { PolicyView, RoundView } from '../../src/main/core/migration/policy.ts'
import { FULL_CAPABILITIES } from '../../src/main/core/simulation/case-capabilities.ts'
import type { Migration, Round } from '../../src/shared/model/migration.ts'
import { PAGE_BYTES } from '../../src/shared/units.ts'
import { aMigration } from '../fakes/fake-migration.ts'

export const EVERY_CAPABILITY = FULL_CAPABILITIES

/** A link of 100,000 pages a second. */
export const LINK_BYTES_PER_SECOND = 100_000 * PAGE_BYTES

/** Live rounds, one after the other, each of as many pages as the one before left, over the link at its full rate. */
export const roundsLeaving = (memoryPages: number, ...dirtied: readonly number[]): readonly Round[] => {
  let startedAtMs = 0
  return dirtied.map((dirtiedPages, i) => {
    const sentPages = i === 0 ? memoryPages : (dirtied[i - 1] ?? 0)
    const ms = (sentPages * PAGE_BYTES * 1000) / LINK_BYTES_PER_SECOND
    const round = { index: i + 1, live: true, startedAtMs, ms, sentPages, dirtiedPages }
    startedAtMs += ms
    return { ...round, bandwidthBytesPerSecond: LINK_BYTES_PER_SECOND }
  })
}

type Changes = Partial<Omit<PolicyView, 'migration'>> & { readonly migration?: Partial<Migration> }

/** A guest of 1,000,000 pages on that link, with nothing known of its memory and everything possible. */
export const aPolicyView = ({ migration, ...changes }: Changes = {}): PolicyView => ({
  migration: aMigration({
    phase: 'pre-copy',
    memoryPages: 1_000_000,
    linkBytesPerSecond: LINK_BYTES_PER_SECOND,
    ...migration,
  }),
  nowMs: 0,
  forecast: null,
  capabilities: EVERY_CAPABILITY,
  thresholds: defaultThresholds,
  surroundings: null,
  ...changes,
})

/** The same after live rounds that left so many pages each. */
export const afterRoundsLeaving = (dirtied: readonly number[], changes: Changes = {}): RoundView => {
  const rounds = roundsLeaving(1_000_000, ...dirtied)
  const view = aPolicyView({ ...changes, migration: { rounds, ...changes.migration } })
  const round = view.migration.rounds.at(-1)
  if (round === undefined) throw new Error('a round view needs a round')
  return { ...view, nowMs: round.startedAtMs + round.ms, round }
}
