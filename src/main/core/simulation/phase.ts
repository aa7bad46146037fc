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
const over: ReadonlySet<Phase> = new Set(['completed', 'cancelled', 'failed'])

/** Whether the guest runs at its source and commands are heard. */
export const isLivePhase = (phase: Phase): boolean => live.has(phase)

export const isLastPhase = (phase: Phase): boolean => over.has(phase)
