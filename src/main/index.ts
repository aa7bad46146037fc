import path from 'node:path'
import { app, type BrowserWindow, dialog } from 'electron'
import { Failure } from '../shared/failure.ts'
import { makeFolder } from './adapters/system/make-folder.ts'
import { appRoot } from './cli/app-root.ts'
import { dataFolder } from './cli/data-folder.ts'
import { takePools } from './cli/pool-option.ts'
import { rendererDir, runApp } from './run-app.ts'
import { registerPageScheme, servePage } from './shell/app-page.ts'
import { setMenu } from './shell/menu.ts'
import { openKeyStore } from './shell/safe-storage.ts'
import { confineWindows } from './shell/security.ts'
import { claimSingleInstance } from './shell/single-instance.ts'
import { openWindow } from './shell/window.ts'
import { handOutPorts } from './shell/window-ports.ts'

const dataDir = dataFolder()

/** The browser's own files go below ours; where that cannot be, they stay where Electron puts them. */
const keepProfileIn = (folder: string): void => {
  try {
    makeFolder(folder)
    app.setPath('userData', folder)
  } catch (error) {
    process.stderr.write(`longshore: ${folder} cannot be written: ${String(error)}\n`)
  }
}

const tellAndEnd = (error: unknown): void => {
  const { message, remedy } =
    error instanceof Failure ? error : { message: String(error), remedy: 'The log may say more.' }
  dialog.showErrorBox('Longshore cannot start', `${message}\n\n${remedy}`)
  app.exit(1)
}

/** Runs the application and closes it before the process ends. */
const run = (): BrowserWindow => {
  const running = runApp({
    dataDir,
    lab: !process.argv.includes('--no-lab'),
    pools: takePools(process.env),
    openKeyStore,
  })
  running.started.catch(tellAndEnd)
  const closePort = handOutPorts(running.accept)
  let isEnding = false
  app.on('will-quit', event => {
    event.preventDefault()
    if (isEnding) return
    isEnding = true
    closePort()
    void running.close().finally(() => app.exit(0))
  })
  setMenu()
  confineWindows()
  servePage(rendererDir)
  return openWindow({
    dataDir,
    preloadFile: path.join(appRoot, 'out', 'preload', 'index.cjs'),
    log: running.log,
  })
}

let window: BrowserWindow | undefined
const toFront = (): void => {
  if (window?.isMinimized()) window.restore()
  window?.focus()
}

registerPageScheme()
keepProfileIn(path.join(dataDir, 'electron'))
app.on('window-all-closed', () => app.quit())
if (claimSingleInstance(toFront)) {
  // Not awaited: Electron becomes ready only after this module has been evaluated.
  app.whenReady().then(() => {
    window = run()
  }, tellAndEnd)
} else app.quit()
