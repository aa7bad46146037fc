import { app, session } from 'electron'
import { isOurPage } from './app-page.ts'

/** Keeps every window on our page: no new windows, no other addresses, no webviews, no permission but to show messages on the desktop. */
export const confineWindows = (): void => {
  app.on('web-contents-created', (_, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-attach-webview', event => event.preventDefault())
    // A redirect and a frame within the page are further ways out.
    contents.on('will-frame-navigate', event => {
      if (!isOurPage(event.url)) event.preventDefault()
    })
    contents.on('will-redirect', event => {
      if (!isOurPage(event.url)) event.preventDefault()
    })
  })
  session.defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(permission === 'notifications' && isOurPage(contents.getURL())),
  )
  session.defaultSession.setPermissionCheckHandler(
    (_contents, permission, origin) =>
      permission === 'notifications' && isOurPage(`${origin.replace(/\/$/, '')}/`),
  )
}
