import { useCallback, useState, useSyncExternalStore } from 'react'
import { type Action, type Subject, type SubjectOf, watchWorld, worldNow } from './action.ts'

/** An action as a button shows it: `reason` follows the stores, and says so while the action is being asked for. */
export const useAction = <Kind extends Subject['kind']>(
  action: Action<Kind>,
  subject: SubjectOf<Kind>,
): { readonly label: string; readonly reason: string | null; readonly run: () => void } => {
  const [isAsking, setIsAsking] = useState(false)
  const reason = useSyncExternalStore(
    watchWorld,
    useCallback(() => action.validate(subject, worldNow()), [action, subject]),
  )
  const run = async () => {
    if (action.validate(subject, worldNow()) !== null) return
    setIsAsking(true)
    await action.run(subject)
    setIsAsking(false)
  }
  return { label: action.label, reason: isAsking ? 'Being asked.' : reason, run: () => void run() }
}
