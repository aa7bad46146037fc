import { expect, test } from 'vitest'
import { type CostTerms, chooseCourse, costOf } from '../../../src/main/core/outlook/choose-action.ts'
import {
  advance,
  atTheStart,
  ifStopped,
  ifSwitched,
  leastAhead,
  nextRound,
  type Surroundings,
} from '../../../src/main/core/outlook/outlook.ts'

const around: Surroundings = {
  tiers: [{ pages: 1000, writesPerPageSecond: 1 }],
  pagesPerMs: 1,
  roundTripMs: 1,
  vcpuCount: 2,
  roundMs: 0,
  pauseMs: 9,
  switchMs: 0,
  order: 'cold-first',
  logRead: 'region',
  backlogMs: 0,
  requests: 'within',
}

const terms: CostTerms = {
  weights: { total: 1, unavailability: 1, bytes: 0.5, slowDown: 1 },
  boundMs: 1001,
  contentPages: 1000,
  slaDowntimeMs: 200,
}

test('a guest that goes over at once waits as long as its writes meet missing pages', () => {
  // A page takes 1 ms and a round trip of 1 ms: a wait of 2 ms. 1000 pages written once a second are met once a ms by two
  // vCPUs: each would wait 1 ms for each that it runs, and less and less: 1 - ln 2 of 1000 ms is 306.85 ms.
  const outlook = ifSwitched(around, atTheStart(around))
  expect(outlook.lostMs).toBeCloseTo(306.853, 2)
  expect(outlook.faults).toBeCloseTo(306.853, 2)
  expect(outlook).toMatchObject({ totalMs: 1010, downtimeMs: 10, stallMs: 0, pagesSent: 1000 })
})

test('the hottest tier is pushed first: while it comes, the colder one is missing too', () => {
  const two = {
    ...around,
    tiers: [
      { pages: 500, writesPerPageSecond: 0.4 },
      { pages: 500, writesPerPageSecond: 1.6 },
    ],
  }
  // From 1 to 0.2 in 500 ms: 500 (1 - ln(2 / 1.2) / 0.8); from 0.2 to 0: 500 (1 - ln(1.2) / 0.2).
  expect(ifSwitched(two, atTheStart(two)).lostMs).toBeCloseTo(180.734 + 44.196, 1)
})

test('where pages of all tiers lie anywhere they shrink together', () => {
  const mixed = {
    ...around,
    order: 'mixed' as const,
    tiers: [
      { pages: 500, writesPerPageSecond: 0.4 },
      { pages: 500, writesPerPageSecond: 1.6 },
    ],
  }
  expect(ifSwitched(mixed, atTheStart(mixed)).lostMs).toBeCloseTo(306.853, 2)
})

test('what a switch costs beyond a pause is time that the guest stands still', () => {
  const costly = { ...around, switchMs: 15 }
  expect(ifSwitched(costly, atTheStart(costly))).toMatchObject({ downtimeMs: 25, totalMs: 1025 })
  expect(ifStopped(costly, atTheStart(costly)).downtimeMs).toBe(1010)
})

test('by address a stretch is sent when those before it are, whatever is written there', () => {
  const stretches = {
    ...around,
    order: 'address' as const,
    tiers: [
      { pages: 500, writesPerPageSecond: 1.6 },
      { pages: 500, writesPerPageSecond: 0 },
    ],
  }
  const { standing } = advance(stretches, atTheStart(stretches), 500)
  expect([...standing.unsent]).toEqual([0, 500])
  // Switched now, the host begins anew: the hot pages that are old again come first, then the cold rest.
  const old = standing.dirty[0] ?? 0
  const hits = (old * 1.6 * 2) / 1000 / 2
  expect(old).toBeGreaterThan(100)
  expect(ifSwitched(stretches, standing).lostMs).toBeCloseTo(old * (1 - Math.log1p(hits) / hits), 6)
})

test('a page sent early in a round is as little written by its end in each round', () => {
  const byRound = { ...around, logRead: 'round' as const, roundTripMs: 0 }
  const first = advance(byRound, atTheStart(byRound), 1000).standing
  const before = nextRound(byRound, first)
  const sent = advance(byRound, before, 100).standing
  // Of 100 pages e^-0.1 stay clean, and so do those that were.
  const clean = ((before.clean[0] ?? 0) + 100) * Math.exp(-0.1)
  expect(sent.clean[0]).toBeCloseTo(clean, 9)
})

const besides = { ...around, requests: 'beside' as const, order: 'address' as const }

test('requests that go beside the push spare it as many pages', () => {
  // Two vCPUs that do nothing but wait 1 ms for a page each: 2 pages a ms beside the 1 that is pushed.
  const busy = { ...besides, tiers: [{ pages: 1000, writesPerPageSecond: 1e6 }] }
  const { faults, lostMs, totalMs } = ifSwitched(busy, atTheStart(busy))
  expect(Math.abs(totalMs - 10 - 1000 / 3)).toBeLessThan(15)
  expect(Math.abs(faults - 2000 / 3)).toBeLessThan(20)
  expect(lostMs / (totalMs - 10)).toBeGreaterThan(0.99)
})

test('a page is asked for once, however much it is written until its turn', () => {
  const hotLast = {
    ...besides,
    tiers: [
      { pages: 990, writesPerPageSecond: 0 },
      { pages: 10, writesPerPageSecond: 100 },
    ],
  }
  const { faults, totalMs } = ifSwitched(hotLast, atTheStart(hotLast))
  expect(faults).toBeCloseTo(10, 2)
  expect(totalMs).toBeCloseTo(1000, 0)
})

test('a guest that writes nothing waits for nothing', () => {
  const still = { ...around, tiers: [{ pages: 1000, writesPerPageSecond: 0 }] }
  expect(ifSwitched(still, atTheStart(still))).toMatchObject({ lostMs: 0, faults: 0, totalMs: 1010 })
})

test('no way on is more favourable than what is least ahead', () => {
  const standing = atTheStart(around)
  const least = costOf(terms, leastAhead(around, standing))
  expect(least).toBeCloseTo(1010 / 1001 + 10 / 200 + 0.5, 9)
  const busy = { ...besides, tiers: [{ pages: 1000, writesPerPageSecond: 1e6 }] }
  expect(leastAhead(busy, standing).totalMs).toBeCloseTo(10 + 1000 / 3, 9)
  expect(ifSwitched(busy, standing).totalMs).toBeGreaterThan(10 + 1000 / 3)
  expect(costOf(terms, ifSwitched(around, standing))).toBeGreaterThan(least)
  expect(costOf(terms, ifStopped(around, standing))).toBeGreaterThan(least)
})

test('a guest that writes nothing is sent and then handed over at once', () => {
  const still = { ...around, tiers: [{ pages: 1000, writesPerPageSecond: 0 }] }
  const choices = { canSwitch: false, canStop: true, speeds: [1] }
  const course = chooseCourse({ around: still, standing: atTheStart(still), terms, choices })
  expect(course?.outlook.totalMs).toBeCloseTo(1011, 9)
  expect(course?.outlook.pagesSent).toBeCloseTo(1000, 9)
})

test('handing over is not put off for hardly anything where all is over noticeably sooner', () => {
  const coldFirst = {
    ...besides,
    tiers: [
      { pages: 300, writesPerPageSecond: 0 },
      { pages: 700, writesPerPageSecond: 1 },
    ],
  }
  const choices = { canSwitch: true, canStop: true, speeds: [1] }
  const standing = atTheStart(coldFirst)
  const chosen = chooseCourse({ around: coldFirst, standing, terms, choices })
  // Once the cold pages are there the guest asks for fewer, but the push has as many more to send.
  const later = ifSwitched(coldFirst, advance(coldFirst, standing, 300).standing)
  expect(chosen).toMatchObject({ ending: 'switch', waitMs: 0 })
  expect(later.lostMs).toBeLessThan((chosen?.outlook.lostMs ?? 0) * 0.95)
  expect(chosen?.outlook.totalMs).toBeLessThan(later.totalMs * 0.95)
})

test('where nothing can be told there is no course', () => {
  const choices = { canSwitch: false, canStop: false, speeds: [1] }
  expect(chooseCourse({ around, standing: atTheStart(around), terms, choices })).toBeNull()
})

test('a guest is slowed down only where that saves more than a hundredth of the cost', () => {
  const busy = { ...around, tiers: [{ pages: 1000, writesPerPageSecond: 20 }] }
  const standing = atTheStart(busy)
  const choose = (speeds: readonly number[]) =>
    chooseCourse({ around: busy, standing, terms, choices: { canSwitch: false, canStop: true, speeds } })
  const [plain, slowed] = [choose([1]), choose([1, 0.6, 0.35, 0.2, 0.1])]
  expect(plain?.speed).toBe(1)
  expect(slowed?.speed).toBeLessThan(1)
  expect(slowed?.rank).toBeLessThan((plain?.rank ?? 0) - 0.01 * (plain?.cost ?? 0))
})
