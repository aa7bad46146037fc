import { useEffect } from 'react'
import { actionsOn, migrationStore, presentSubjects, toastRefused, uiStore } from '../state/index.ts'

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')

/** A key press as actions name it: `m`, `?`, `Ctrl+k`; null for what no action can be bound to. */
export const keysOf = (
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
): string | null => {
  if (event.altKey) return null
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  return event.ctrlKey || event.metaKey ? `Ctrl+${key}` : key
}

/** The keys of every action, wherever the focus is but in a field or a dialog. */
export const useGlobalKeys = (): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const keys = keysOf(event)
      const ui = uiStore.getState()
      if (keys === null || event.defaultPrevented || ui.dialog) return
      if (isTyping(event.target) && !keys.startsWith('Ctrl+')) return
      const subjects = presentSubjects(ui, migrationStore.getState().byId)
      const action = subjects
        .flatMap(subject => actionsOn(subject))
        .find(candidate => candidate.keys === keys)
      if (!action) return
      event.preventDefault()
      if (action.reason === null) void action.run()
      else toastRefused(action.reason)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
