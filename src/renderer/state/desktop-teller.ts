import type { Notice } from './notices.ts'

/** Between two messages on the desktop, ms: what comes meanwhile is told together. */
const PAUSE_MS = 10_000

/** What to say on the desktop of notices it has not told yet; null when nothing, or when it is too soon. */
export const desktopMessage = (
  fresh: readonly Notice[],
): { readonly title: string; readonly body: string } | null => {
  const [first] = fresh
  if (!first) return null
  if (fresh.length === 1) return { title: first.title, body: first.text }
  return { title: `${fresh.length} things need you`, body: fresh.map(({ title }) => title).join('\n') }
}

/** Tells each notice once on the desktop, while nobody looks at this window. */
export const desktopTeller = () => {
  const told = new Set<string>()
  let lastMs = Number.NEGATIVE_INFINITY
  return {
    tell: (notices: readonly Notice[], nowMs: number): void => {
      if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return
      if (document.hasFocus()) {
        for (const { id } of notices) told.add(id)
        return
      }
      if (nowMs - lastMs < PAUSE_MS) return
      const message = desktopMessage(notices.filter(({ id }) => !told.has(id)))
      if (!message) return
      for (const { id } of notices) told.add(id)
      lastMs = nowMs
      // One tag: a later message takes the place of the one before it.
      const shown = new Notification(message.title, { body: message.body, tag: 'longshore' })
      shown.onclick = () => window.focus()
    },
  }
}

/** Asks the system once, by a gesture of the operator, whether messages may be shown; whether they may. */
export const askForDesktop = async (): Promise<boolean> =>
  typeof Notification !== 'undefined' && (await Notification.requestPermission()) === 'granted'
