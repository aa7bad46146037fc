import { Random } from '../../src/main/core/numeric/random.ts'
import { GuestMemory } from '../../src/main/core/simulation/guest-memory.ts'
import { type MigrationPlan, PageMigration } from '../../src/main/core/simulation/page-migration.ts'
import { layOutGuest } from '../../src/main/core/simulation/write-process.ts'

/** A guest of which `share` is written uniformly and `zeroShare` is zero. */
export const aGuest = ({ pages = 10_000, share = 0.5, zeroShare = 0, seed = 1 } = {}): GuestMemory => {
  const plan = { pages, classes: [{ name: 'all', share }], zeroShare }
  return new GuestMemory(layOutGuest(plan, new Random(seed)), new Random(seed + 1))
}

/** A migration of a guest of 10,000 pages over a link that carries 10,000 pages a second. */
export const aMigration = (overrides: Partial<MigrationPlan> = {}): PageMigration =>
  new PageMigration({
    guest: aGuest(),
    vcpuCount: 2,
    link: { bytesPerSecond: 10_000 * 4096, roundTripMs: 0.2 },
    stopRule: 'controlled',
    graceMs: 100,
    maxLiveRounds: 30,
    handshakeMs: 30,
    startedAtMs: 1000,
    random: new Random(9),
    ...overrides,
  })
