import type { MigrationPrediction, Round } from '../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'
import type { Course } from '../outlook/choose-action.ts'
import {
  advance,
  ifStopped,
  ifSwitched,
  nextRound,
  type Outlook,
  type Standing,
  type Surroundings,
  written,
} from '../outlook/outlook.ts'
import { rateErrorOf, TO_TENTH } from './predict-with-spread.ts'
import { spreadOf } from './spread-of.ts'

/** What is spent beside what an outlook counts: it reckons with rounds alone. */
export interface SpentBeside {
  readonly ms: number
  readonly bytes: number
}

interface ChosenAt {
  /** With the guest at full speed. */
  readonly around: Surroundings
  readonly standing: Standing
  /** Part of its speed that the guest has now. */
  readonly speed: number
  readonly beside: SpentBeside
  readonly rounds: readonly Round[]
}

/** Later rounds are too short to tell apart. */
const MOST_ROUNDS = 16

/** The standing after sending on for `ms`, through as many rounds as end meanwhile. */
const sentOn = (around: Surroundings, standing: Standing, ms: number): Standing => {
  let at = standing
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const leftMs = ms - (at.elapsedMs - standing.elapsedMs)
    const { standing: sent, usedMs } = advance(around, at, Math.max(0, leftMs))
    if (usedMs >= leftMs) return sent
    at = nextRound(around, sent)
  }
  return at
}

/** A course carried out on a guest that writes `factor` times as much as was expected when it was chosen. */
const carriedOut = ({ around, standing, speed }: ChosenAt, course: Course, factor: number): Outlook => {
  const livelier = written(around, factor)
  const slowing = sentOn(written(livelier, speed), standing, course.slowFromMs)
  const last = sentOn(written(livelier, course.speed), slowing, course.waitMs - course.slowFromMs)
  return course.ending === 'switch' ? ifSwitched(livelier, last) : ifStopped(livelier, last)
}

/**
 * What a migration is expected to come to by its chosen course; where that sends on for a while, with p10 and p90 by the
 * outcomes at the dirty rate's own.
 */
export const predictCourse = (course: Course, at: ChosenAt): Omit<MigrationPrediction, 'afterRound'> => {
  const figuresOf = ({ totalMs, downtimeMs, pagesSent }: Outlook) => ({
    totalMs: totalMs + at.beside.ms,
    downtimeMs,
    bytesSent: pagesSent * PAGE_BYTES + at.beside.bytes,
  })
  const likely = { ...figuresOf(course.outlook), converges: course.ending === 'stop-and-copy' }
  // What is handed over now is known: what the guest would dirty later makes no difference any more.
  if (course.waitMs === 0) return likely
  const error = rateErrorOf(at.rounds)
  const ends = [-TO_TENTH, TO_TENTH].map(z => figuresOf(carriedOut(at, course, Math.exp(z * error))))
  return { ...likely, spread: spreadOf([likely, ...ends]) }
}
