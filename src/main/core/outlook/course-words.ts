import type { ExpectedCourse } from '../../../shared/model/decision.ts'
import { formatBytes, formatDuration } from '../../../shared/units.ts'
import { type CostTerms, type Course, costOf } from './choose-action.ts'
import type { WeighedCourse } from './weigh-courses.ts'

/** A course with the figures that it is told by. */
export interface ToldCourse extends WeighedCourse {
  readonly expected: ExpectedCourse
}

/** What going on to the end of the round under way is called: `another round`, `the rest of round 2`. */
export const roundAheadWords = (underWay: number | null, ended: number): string => {
  if (underWay !== null) return `the rest of round ${underWay}`
  return ended === 0 ? 'a first round' : 'another round'
}

const endingVerbs = { switch: 'switch', 'stop-and-copy': 'stop and copy' } as const
const endingNouns = { switch: 'switching', 'stop-and-copy': 'stopping and copying' } as const

/** What is done by a course, such as `send another round, then switch`. */
export const courseWords = ({ moment, course }: WeighedCourse, roundAhead: string): string => {
  const ending = endingVerbs[course.ending]
  if (moment === 'now') return `${ending} now`
  return moment === 'later'
    ? `send on for ${formatDuration(course.waitMs)}, then ${ending}`
    : `send ${roundAhead}, then ${ending}`
}

/** A course's figures in one clause. */
export const figureWords = (expected: ExpectedCourse): string =>
  [
    `${formatDuration(expected.totalMs)} in all`,
    `unavailable for ${formatDuration(expected.unavailabilityMs)}`,
    `${formatDuration(expected.lostMs)} of the guest's time lost`,
    `${formatBytes(expected.bytesSent)} sent`,
  ].join(', ')

type Term = keyof CostTerms['weights']

/** Read after "is expected": what is said of the figure behind each term of the cost, and the figure. */
const figures: Readonly<
  Record<Term, readonly [verb: string, value: (expected: ExpectedCourse) => string, rest: string]>
> = {
  total: ['to take', ({ totalMs }) => formatDuration(totalMs), ' in all'],
  unavailability: [
    'to leave the guest unavailable for',
    ({ unavailabilityMs }) => formatDuration(unavailabilityMs),
    '',
  ],
  bytes: ['to send', ({ bytesSent }) => formatBytes(bytesSent), ''],
  slowDown: ['to cost the guest', ({ lostMs }) => formatDuration(lostMs), ' of its time'],
}
const termNames = ['total', 'unavailability', 'bytes', 'slowDown'] as const satisfies readonly Term[]
const NO_WEIGHTS = { total: 0, unavailability: 0, bytes: 0, slowDown: 0 }

/** What one term adds to the cost of a course. */
const shareOf = (terms: CostTerms, term: Term, { outlook }: Course): number =>
  costOf({ ...terms, weights: { ...NO_WEIGHTS, [term]: terms.weights[term] } }, outlook)

/** A second advantage is told beside the first where it weighs at least this part of it. */
const WORTH_TELLING = 0.25

/** The terms by which one course is cheaper than another, the weightiest first: at most two, and none that reads alike. */
const advantagesOf = (terms: CostTerms, one: ToldCourse, other: ToldCourse): readonly Term[] => {
  const gains = termNames
    .map(term => ({ term, gain: shareOf(terms, term, other.course) - shareOf(terms, term, one.course) }))
    .filter(
      ({ term, gain }) => gain > 0 && figures[term][1](one.expected) !== figures[term][1](other.expected),
    )
    .sort((a, b) => b.gain - a.gain)
  const least = (gains[0]?.gain ?? 0) * WORTH_TELLING
  return gains
    .filter(({ gain }) => gain >= least)
    .slice(0, 2)
    .map(({ term }) => term)
}

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

const subjectOf = ({ moment, course }: WeighedCourse): string => {
  const noun = capitalised(endingNouns[course.ending])
  return moment === 'now' ? `${noun} now` : `${noun} in ${formatDuration(course.waitMs)}`
}

/**
 * Why a course was chosen, by the cheapest of those that were not: what is better by it, in plain figures, and after a colon
 * both costs. The costs may be near each other or the other way round where the guest loses less of its time.
 */
export const whyChosen = (
  terms: CostTerms,
  courses: readonly ToldCourse[],
  roundAhead: string,
): string | null => {
  const chosen = courses.find(({ isChosen }) => isChosen)
  if (chosen === undefined) return null
  const [next] = courses.filter(({ isChosen }) => !isChosen).sort((a, b) => a.course.cost - b.course.cost)
  const cost = chosen.course.cost.toFixed(2)
  const subject = subjectOf(chosen)
  if (next === undefined) return `${subject} is expected to be best: ${figureWords(chosen.expected)}.`
  const against =
    next.moment === 'round-end' ? `after ${roundAhead}` : `with ${endingNouns[next.course.ending]} now`
  const costs = `cost ${cost} against ${next.course.cost.toFixed(2)}`
  const better = advantagesOf(terms, chosen, next)
  if (better.length === 0) return `${subject} is expected to cost as little as any other course: ${costs}.`
  const ours = better.map(term => {
    const [verb, value, rest] = figures[term]
    return `${verb} ${value(chosen.expected)}${rest}`
  })
  const theirs = better.map(term => figures[term][1](next.expected))
  return `${subject} is expected ${ours.join(' and ')}, against ${theirs.join(' and ')} ${against}: ${costs}.`
}

/** What a cost is made of, as one sentence; what weighs nothing is left out. */
export const costWords = ({ weights, boundMs, slaDowntimeMs }: CostTerms): string => {
  const parts = [
    [weights.total, `total time over the ${formatDuration(boundMs)} that the link needs at least`],
    [weights.unavailability, `unavailability over the ${formatDuration(slaDowntimeMs)} allowed`],
    [weights.bytes, 'what is sent over what memory holds'],
    [weights.slowDown, "the guest's lost time over total time"],
  ] as const
  const told = parts.filter(([weight]) => weight > 0).map(([weight, words]) => `${weight} × ${words}`)
  return told.length === 0 ? 'All costs weigh nothing.' : `Cost is ${told.join(' + ')}; the lowest is best.`
}
