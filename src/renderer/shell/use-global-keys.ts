import { useEffect } from 'react'
import { navigate, openDialog, uiStore } from '../state/index.ts'
import { screens } from './screens.ts'

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')

/** Ctrl+K opens the palette, 1 to 6 go to the screens, wherever the focus is but in a field or a dialog. */
export const useGlobalKeys = (): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        openDialog({ kind: 'palette' })
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (uiStore.getState().dialog) return
      const screen = screens.find(s => s.key === event.key)
      if (screen) navigate(screen.route)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
