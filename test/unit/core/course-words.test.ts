import { expect, test } from 'vitest'
import type { CostTerms, Course } from '../../../src/main/core/outlook/choose-action.ts'
import {
  costWords,
  courseWords,
  figureWords,
  roundAheadWords,
  type ToldCourse,
  whyChosen,
} from '../../../src/main/core/outlook/course-words.ts'
import type { Outlook } from '../../../src/main/core/outlook/outlook.ts'

const terms: CostTerms = {
  weights: { total: 1, unavailability: 1, bytes: 0.5, slowDown: 1 },
  boundMs: 1000,
  contentPages: 262_144,
  slaDowntimeMs: 200,
}

const aCourse = (
  moment: ToldCourse['moment'],
  ending: Course['ending'],
  {
    isChosen = false,
    cost,
    ...outlook
  }: Partial<Outlook> & { readonly isChosen?: boolean; readonly cost: number },
): ToldCourse => {
  const whole = {
    totalMs: 0,
    downtimeMs: 50,
    stallMs: 0,
    lostMs: 0,
    pagesSent: 262_144,
    faults: 0,
    ...outlook,
  }
  const course = {
    speed: 1,
    slowFromMs: 0,
    ending,
    waitMs: moment === 'now' ? 0 : 800,
    outlook: whole,
    cost,
    rank: cost,
  }
  return {
    moment,
    isChosen,
    course,
    expected: {
      course: courseWords({ moment, course, isChosen }, 'another round'),
      totalMs: whole.totalMs,
      unavailabilityMs: whole.downtimeMs + whole.stallMs,
      lostMs: whole.lostMs,
      bytesSent: whole.pagesSent * 4096,
      cost,
    },
  }
}

test('a course is told by what it is better at than the cheapest other one, and by both costs', () => {
  // Its total weighs (2700 - 1200) / 1000 = 1.5, its bytes 0.5 (1.5 - 1) = 0.25, below a quarter of it: not told.
  const courses = [
    aCourse('round-end', 'switch', { cost: 3.7, totalMs: 2700, pagesSent: 393_216 }),
    aCourse('now', 'switch', { cost: 2.2, totalMs: 1200, isChosen: true }),
    aCourse('now', 'stop-and-copy', { cost: 9, totalMs: 1200, downtimeMs: 1100 }),
  ]
  expect(whyChosen(terms, courses, 'another round')).toBe(
    'Switching now is expected to take 1.20 s in all, against 2.70 s after another round: cost 2.20 against 3.70.',
  )
})

test('two advantages that weigh alike are both told', () => {
  const courses = [
    aCourse('round-end', 'switch', { cost: 3.2, totalMs: 1700, pagesSent: 524_288 }),
    aCourse('now', 'switch', { cost: 2.2, totalMs: 1200, isChosen: true }),
  ]
  expect(whyChosen(terms, courses, 'the rest of round 1')).toBe(
    'Switching now is expected to take 1.20 s in all and to send 1.00 GiB, against 1.70 s and 2.00 GiB after the rest of round 1: cost 2.20 against 3.20.',
  )
})

test('a later moment is told against what is possible now', () => {
  const courses = [
    aCourse('later', 'stop-and-copy', { cost: 1.8, totalMs: 1900, isChosen: true }),
    aCourse('now', 'switch', { cost: 2.6, totalMs: 1100, lostMs: 900 }),
  ]
  expect(whyChosen(terms, courses, 'another round')).toBe(
    'Stopping and copying in 800 ms is expected to cost the guest 0 ms of its time, against 900 ms with switching now: cost 1.80 against 2.60.',
  )
})

test('a course that is no better in any figure is said to cost as little', () => {
  const courses = [
    aCourse('round-end', 'switch', { cost: 2.2, totalMs: 1200 }),
    aCourse('now', 'switch', { cost: 2.2, totalMs: 1200, isChosen: true }),
  ]
  expect(whyChosen(terms, courses, 'another round')).toBe(
    'Switching now is expected to cost as little as any other course: cost 2.20 against 2.20.',
  )
})

test('where nothing else is possible its figures alone are told', () => {
  const only = aCourse('now', 'stop-and-copy', { cost: 2, totalMs: 1200, isChosen: true })
  expect(whyChosen(terms, [only], 'another round')).toBe(
    `Stopping and copying now is expected to be best: ${figureWords(only.expected)}.`,
  )
  expect(figureWords(only.expected)).toBe(
    "1.20 s in all, unavailable for 50.0 ms, 0 ms of the guest's time lost, 1.00 GiB sent",
  )
})

test('each course says what would be done', () => {
  const words = (moment: ToldCourse['moment']) => aCourse(moment, 'switch', { cost: 1 }).expected.course
  expect([words('now'), words('later'), words('round-end')]).toEqual([
    'switch now',
    'send on for 800 ms, then switch',
    'send another round, then switch',
  ])
})

test.each([
  ['in a round', 2, 1, 'the rest of round 2'],
  ['between rounds', null, 1, 'another round'],
  ['before the first', null, 0, 'a first round'],
] as const)('%s going on is told as what it is', (_, underWay, ended, words) => {
  expect(roundAheadWords(underWay, ended)).toBe(words)
})

test('a cost is explained by its weights, and what weighs nothing is left out', () => {
  expect(costWords(terms)).toBe(
    "Cost is 1 × total time over the 1.00 s that the link needs at least + 1 × unavailability over the 200 ms allowed + 0.5 × what is sent over what memory holds + 1 × the guest's lost time over total time; the lowest is best.",
  )
  const one = { ...terms, weights: { total: 2, unavailability: 0, bytes: 0, slowDown: 0 } }
  expect(costWords(one)).toBe(
    'Cost is 2 × total time over the 1.00 s that the link needs at least; the lowest is best.',
  )
})
