import { expect, test } from 'vitest'
import {
  type Story,
  storyOf,
  type Telling,
  tellCompleted,
  tellLive,
  tellPaused,
  tellResumed,
  tellStarted,
  tellTail,
} from '../../src/main/adapters/qemu/migration-story.ts'
import type { RamCounters } from '../../src/main/adapters/qemu/qmp-commands.ts'

const counters = (part: Partial<RamCounters>): RamCounters => ({
  totalPages: 1000,
  remainingPages: 0,
  sentPages: 0,
  zeroPages: 0,
  zerosLeft: 0,
  hostDowntimeMs: null,
  bytes: 0,
  liveBytes: 0,
  pauseBytes: 0,
  postCopyBytes: 0,
  syncs: 1,
  pageRequests: 0,
  ...part,
})

const started = (): Story =>
  tellStarted(storyOf([]), counters({ remainingPages: 1000 }), { atMs: 100, linkBytesPerSecond: 1e6 }).story

const afterOneRound = (): Telling =>
  tellLive(
    started(),
    counters({ syncs: 2, sentPages: 1000, liveBytes: 4_000_000, remainingPages: 300 }),
    1100,
  )

test('a pass is over when the dirty log has been read again: what is left then was dirtied in it', () => {
  expect(afterOneRound().events).toEqual([
    {
      kind: 'round-ended',
      atMs: 1100,
      round: 1,
      live: true,
      sentPages: 1000,
      dirtiedPages: 300,
      bytesSent: 4_000_000,
      ms: 1000,
    },
  ])
})

// Of the 300 that round 2 had to send 120 are unsent when the log is read; of the 500 left then 380 were dirtied.
test('what a pass had to send and did not is told apart from what was dirtied in it', () => {
  const now = counters({ syncs: 3, sentPages: 1180, liveBytes: 4_720_000, remainingPages: 500 })
  const { story, events } = tellLive(afterOneRound().story, now, 1300)
  expect(events).toMatchObject([{ round: 2, sentPages: 180, dirtiedPages: 380, unsentPages: 120 }])
  const next = counters({ syncs: 4, sentPages: 1680, liveBytes: 6_720_000, remainingPages: 40 })
  const [third] = tellLive(story, next, 1800).events
  expect(third).toMatchObject({ round: 3, sentPages: 500, dirtiedPages: 40 })
  expect(third).not.toHaveProperty('unsentPages')
})

// Of 1,000 pages 600 are unsent: 100 of zeros, which are not told of, and 500; so 50 of the 550 left were dirtied.
test('zeros that a cut pass has not sent are neither unsent nor dirtied', () => {
  const now = counters({
    syncs: 2,
    sentPages: 400,
    liveBytes: 1_600_000,
    remainingPages: 550,
    zerosLeft: 100,
  })
  const [round] = tellPaused(started(), now, 500).events
  expect(round).toMatchObject({ sentPages: 400, dirtiedPages: 50, unsentPages: 500 })
})

test('of a pass that a pause cuts what was never sent is unsent, and none of it dirtied', () => {
  const now = counters({ syncs: 2, sentPages: 400, liveBytes: 1_600_000, remainingPages: 650 })
  const [round, pause] = tellPaused(started(), now, 500).events
  expect(round).toMatchObject({ sentPages: 400, dirtiedPages: 50, unsentPages: 600 })
  expect(pause).toMatchObject({ kind: 'paused', remainingPages: 650 })
})

test('a pass under way says how far it is, and not what nobody has counted yet', () => {
  const now = counters({ syncs: 2, sentPages: 1100, liveBytes: 4_400_000, remainingPages: 200 })
  expect(tellLive(afterOneRound().story, now, 1200).events).toEqual([
    { kind: 'round-progress', atMs: 1200, round: 2, sentPages: 100, dirtiedPages: null, remainingPages: 200 },
  ])
})

test('a log that is read twice with nothing sent between makes no round', () => {
  const now = counters({ syncs: 3, sentPages: 1000, liveBytes: 4_000_000, remainingPages: 320 })
  expect(tellLive(afterOneRound().story, now, 1101).events).toEqual([])
})

test('told to stop, what is still sent live belongs to the last pass with what the pause sent', () => {
  const stopping = { ...afterOneRound().story, isStopping: true }
  const paused = tellPaused(stopping, counters({ syncs: 3, sentPages: 1100, liveBytes: 4_400_000 }), 1200)
  expect(paused.events.map(({ kind }) => kind)).toEqual(['paused'])
  const end = counters({ syncs: 3, sentPages: 1150, liveBytes: 4_400_000, pauseBytes: 200_000 })
  expect(tellResumed(paused.story, end, { atMs: 1210, switched: false }).events).toEqual([
    {
      kind: 'round-ended',
      atMs: 1210,
      round: 2,
      live: false,
      sentPages: 150,
      dirtiedPages: 0,
      bytesSent: 600_000,
      ms: 110,
    },
    { kind: 'resumed', atMs: 1210, pauseMs: 10, remainingPages: 0 },
  ])
})

test('counters that are read after the pause are parted by their bytes', () => {
  const now = counters({ syncs: 2, sentPages: 1100, liveBytes: 4_000_000, pauseBytes: 400_000 })
  const [round, pause] = tellPaused(started(), now, 1100).events
  expect(round).toMatchObject({ kind: 'round-ended', sentPages: 1000, dirtiedPages: 98 })
  expect(pause).toMatchObject({ kind: 'paused', remainingPages: 98 })
})

test('after a switch, pages that were asked for are told apart from those that were pushed', () => {
  const paused = tellPaused(
    afterOneRound().story,
    counters({ syncs: 2, sentPages: 1000, liveBytes: 4_000_000, remainingPages: 300 }),
    1200,
  )
  const missing = counters({ syncs: 3, sentPages: 1000, remainingPages: 300 })
  const resumed = tellResumed(paused.story, missing, { atMs: 1212, switched: true })
  expect(resumed.events).toEqual([{ kind: 'resumed', atMs: 1212, pauseMs: 12, remainingPages: 300 }])
  const now = counters({ syncs: 3, sentPages: 1100, pageRequests: 30, remainingPages: 200 })
  const tail = {
    kind: 'post-copy-progress',
    atMs: 1300,
    pushedPages: 70,
    demandFaults: 30,
    remainingPages: 200,
  }
  const heartbeat = { stallMs: 60, longestGapMs: 45 }
  expect(tellTail(resumed.story, now, { atMs: 1300, heartbeat }).events).toEqual([
    { ...tail, stallMs: 60, heartbeat },
  ])
  expect(tellTail(resumed.story, now, { atMs: 1300, heartbeat: null }).events).toEqual([
    { ...tail, stallMs: null },
  ])
})

test('in the end the guest has waited for what its vCPUs did, at least for its gaps', () => {
  const end = (blockedMs: number | null, gapsMs: number | null) => {
    const heartbeat = gapsMs === null ? null : { stallMs: gapsMs, longestGapMs: 30 }
    return tellCompleted(started(), counters({}), { atMs: 900, blockedMs, heartbeat, probes: null }).events[0]
  }
  expect(end(400, 60)).toMatchObject({ kind: 'completed', totalMs: 800, stallMs: 400 })
  expect(end(40, 60)).toMatchObject({ stallMs: 60 })
  expect(end(null, 60)).toMatchObject({ stallMs: 60 })
  expect(end(40, null)).toMatchObject({ stallMs: 40 })
  expect(end(null, null)).toMatchObject({ stallMs: null })
})

test('what QEMU calls downtime is told for what it is, where it tells one', () => {
  const measured = { atMs: 900, blockedMs: null, heartbeat: null, probes: null }
  const [told] = tellCompleted(started(), counters({ hostDowntimeMs: 12 }), measured).events
  expect(told).toMatchObject({ kind: 'completed', hostDowntimeMs: 12 })
  expect(tellCompleted(started(), counters({}), measured).events[0]).not.toHaveProperty('hostDowntimeMs')
})

test('a story that is read back goes on where it was', () => {
  const events = [
    ...tellStarted(storyOf([]), counters({}), { atMs: 100, linkBytesPerSecond: 1e6 }).events,
    ...afterOneRound().events,
  ].map((event, index) => ({ ...event, sequence: index + 1 }))
  const { told, ...story } = storyOf(events)
  const { told: before, ...same } = afterOneRound().story
  expect(story).toEqual(same)
  expect(told).toMatchObject({
    syncs: before.syncs,
    remainingPages: before.remainingPages,
    sentPages: before.sentPages,
    liveBytes: before.liveBytes,
  })
})
