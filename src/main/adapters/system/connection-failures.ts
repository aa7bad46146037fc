import { Failure } from '../../../shared/failure.ts'

export const closedHere = (place: string): Failure =>
  new Failure({
    code: 'closed',
    message: `The connection to ${place} was closed here.`,
    remedy: 'Open the connection again.',
  })

/** `what` begins the sentence, as "The VM" does. */
export const notKnown = (what: string): Failure =>
  new Failure({
    code: 'not-found',
    message: `${what} is not known to the pool.`,
    remedy: 'Look at the inventory again.',
  })
