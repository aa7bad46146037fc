import { type Course, coursesAt, type Situation } from './choose-action.ts'
import { advance, nextRound, written } from './outlook.ts'

/** A course that was looked at: handed over now, at the end of the round under way, or at the moment that was chosen. */
export interface WeighedCourse {
  readonly moment: 'now' | 'round-end' | 'later'
  readonly course: Course
  readonly isChosen: boolean
}

/** The cheaper way to hand over once the round under way has been sent to its end. */
const atRoundEnd = (situation: Situation): readonly Course[] => {
  const { around, standing, choices } = situation
  const [speed = 1] = choices.speeds
  const present = written(around, speed)
  const over = nextRound(present, advance(present, standing, Number.POSITIVE_INFINITY).standing)
  const moment = { standing: over, rounds: 1, waitMs: over.elapsedMs - standing.elapsedMs }
  const from = { standing, rounds: 0, waitMs: 0 }
  return [...coursesAt(situation, moment, { from, speed })].sort((a, b) => a.cost - b.cost).slice(0, 1)
}

/** The chosen course beside what it is told against: to go on, and each way to hand over now. */
export const weighCourses = (situation: Situation, chosen: Course): readonly WeighedCourse[] => {
  const { standing, choices } = situation
  const [speed = 1] = choices.speeds
  const from = { standing, rounds: 0, waitMs: 0 }
  const isLater = chosen.waitMs > 0
  return [
    ...(isLater
      ? [{ moment: 'later' as const, course: chosen, isChosen: true }]
      : atRoundEnd(situation).map(course => ({ moment: 'round-end' as const, course, isChosen: false }))),
    ...coursesAt(situation, from, { from, speed }).map(course => ({
      moment: 'now' as const,
      course,
      isChosen: !isLater && course.ending === chosen.ending,
    })),
  ]
}
