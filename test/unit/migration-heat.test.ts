import { expect, test } from 'vitest'
import type { EngineEvent } from '../../src/main/core/migration/engine-step.ts'
import { MigrationHeat } from '../../src/main/services/migration-heat.ts'
import { PoolTimes } from '../../src/main/services/pool-times.ts'
import { Failure } from '../../src/shared/failure.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { aHost, anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { aMigration } from '../fakes/fake-migration.ts'
import { heatClustererHere } from '../fakes/heat-clusterer-here.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { skewedHeatPoints } from '../support/heat-points.ts'

/** A migration whose host takes `tookMs` for each reading of page heat. */
const aMigrationRead = (tookMs: number, pageHeat = true) => {
  const clock = new FakeClock(0)
  const hypervisor = new FakeHypervisor(anInventory([aVm({ id: 'vm-1' })]))
  let reads = 0
  hypervisor.readPageHeat = async () => {
    reads++
    await clock.advance(tookMs)
    return { atMs: clock.now(), regionPages: 16, totalPages: 16 * 64, ...skewedHeatPoints(64, 1) }
  }
  const source = aHost({ id: 'host-1' })
  const noted: number[] = []
  const applied: EngineEvent[] = []
  const times = new PoolTimes(clock)
  times.hear('m', 1_000_000)
  const heat = new MigrationHeat(
    {
      migration: aMigration({ id: 'm', vmId: 'vm-1' }),
      source: { ...source, capabilities: { ...source.capabilities, pageHeat } },
      noteHeat: (_, readAtMs) => void noted.push(readAtMs),
      apply: async event => {
        applied.push(event)
        return null
      },
    },
    {
      deps: {
        clock,
        log: silentLog,
        clusterer: heatClustererHere,
      },
      times,
      signal: new AbortController().signal,
    },
  )
  return { clock, noted, applied, hypervisor, reads: () => reads, sign: () => heat.readIfDue({ hypervisor }) }
}

test('is read anew every two seconds, each time dated by when the reading began', async () => {
  const { clock, sign, noted, applied } = aMigrationRead(100)
  await sign()
  await clock.advance(1999)
  await sign()
  expect(noted).toEqual([1_000_000])
  await clock.advance(1)
  await sign()
  expect(noted).toEqual([1_000_000, 1_002_100])
  expect(applied.map(({ kind }) => kind)).toEqual(['heat', 'heat'])
})

test('a reading that takes long is followed by as long a rest', async () => {
  const { clock, sign, reads } = aMigrationRead(15_000)
  await sign()
  await clock.advance(14_999)
  await sign()
  expect(reads()).toBe(1)
  await clock.advance(1)
  await sign()
  expect(reads()).toBe(2)
})

test('signs that come while one is read start no other', async () => {
  const { sign, reads } = aMigrationRead(0)
  await Promise.all([sign(), sign(), sign()])
  expect(reads()).toBe(1)
})

test('a host that knows no heat is not asked', async () => {
  const { sign, reads } = aMigrationRead(0, false)
  await sign()
  expect(reads()).toBe(0)
})

test('a guest whose heat cannot be read is asked for it once', async () => {
  const { clock, sign, hypervisor } = aMigrationRead(0)
  let asked = 0
  hypervisor.readPageHeat = async () => {
    asked++
    throw new Failure({ code: 'unsupported', message: 'There is none.', remedy: 'Go without.' })
  }
  await sign()
  await clock.advance(60_000)
  await sign()
  expect(asked).toBe(1)
})
