/** Of a simulated migration. */
export type Phase =
  | 'disk'
  | 'profile'
  | 'live'
  | 'waiting'
  | 'between'
  | 'pausing'
  | 'copying'
  | 'resuming'
  | 'post-copy'
  | 'completed'
  | 'cancelled'
  | 'failed'

const live: ReadonlySet<Phase> = new Set(['disk', 'profile', 'live', 'waiting', 'between'])
const still: ReadonlySet<Phase> = new Set(['profile', 'waiting', 'between', 'pausing', 'resuming'])
const over: ReadonlySet<Phase> = new Set(['completed', 'cancelled', 'failed'])

/** Whether the guest runs at its source and commands are heard. */
export const isLivePhase = (phase: Phase): boolean => live.has(phase)

/** Whether no page goes over, for a time that is known. */
export const isStillPhase = (phase: Phase): boolean => still.has(phase)

export const isLastPhase = (phase: Phase): boolean => over.has(phase)
