import { BrowserWindow, nativeTheme, screen } from 'electron'
import type { Log } from '../ports/log.ts'
import { pageUrl } from './app-page.ts'
import { minimumSize, placeWindow, readWindowState, writeWindowState } from './window-state.ts'

/** Opens the window where it was left and loads our page into it. */
export const openWindow = ({
  dataDir,
  preloadFile,
  log,
}: {
  readonly dataDir: string
  readonly preloadFile: string
  readonly log: Log
}): BrowserWindow => {
  const state = readWindowState(dataDir)
  const displays = screen.getAllDisplays().map(({ workArea }) => workArea)
  const window = new BrowserWindow({
    ...placeWindow(state, displays),
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'Longshore',
    // The page's own ground, so that nothing flashes before its first frame.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1a1c1f' : '#ffffff',
    show: false,
    webPreferences: {
      preload: preloadFile,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => {
    if (state?.maximized) window.maximize()
    window.show()
  })
  window.on('close', () => {
    try {
      writeWindowState(dataDir, { bounds: window.getNormalBounds(), maximized: window.isMaximized() })
    } catch (error) {
      log.warn('the place of the window cannot be kept', { because: String(error) })
    }
  })
  window.webContents.on('render-process-gone', (_, { reason, exitCode }) =>
    log.warn('the page has crashed; View, Reload brings it back', { reason, exitCode }),
  )
  window.loadURL(pageUrl).catch(error => log.error('the page cannot be loaded', error))
  return window
}
