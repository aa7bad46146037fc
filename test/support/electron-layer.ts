/**
 * Run in a process of its own: drives the built main and preload on the stand-in for Electron through one life of the
 * application and sends what it saw to the test.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openPipe } from '../../src/renderer/pipe/open-pipe.ts'
import type { AppClient, AppContract } from '../../src/shared/contract/index.ts'
import { connect } from '../../src/shared/rpc/client.ts'
import { askForPort, handOverPort } from '../../src/shared/rpc/port-bridge.ts'
import * as electron from './electron-stand-in.ts'

const standIn = new URL('./electron-stand-in.ts', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
})

const { app, ipcMain, seen } = electron
const builtMain = path.resolve(import.meta.dirname, '../../out/main/index.js')

/** Makes a loaded page the one that the renderer's code sees. */
const enter = (page: electron.LoadedPage): void => {
  Object.defineProperty(globalThis, 'window', { value: page.window, configurable: true })
}

const connectPage = async (): Promise<AppClient> => connect<AppContract>(await openPipe())

const firstItem = async (client: AppClient): Promise<unknown> => {
  for await (const item of client.stream('connection.watch', {}, new AbortController().signal)) return item
  return undefined
}

/** Whether a frame of another page that asks for a port gets one. */
const foreignFrameGetsPort = (sender: electron.WebContents): boolean => {
  let gotPort = false
  const frame = (url: string, parent: object | null) => ({
    url,
    parent,
    postMessage: (channel: string) => {
      gotPort ||= channel === handOverPort
    },
  })
  for (const senderFrame of [
    frame('https://evil.example/', null),
    frame('app://longshore.evil.example/', null),
    frame('app://longshore/', {}),
    null,
  ])
    ipcMain.emit(askForPort, { sender, senderFrame })
  return gotPort
}

const liveOnce = async () => {
  const loaded = once(app, 'page-loaded')
  await import(pathToFileURL(builtMain).href)
  const [window, page] = (await loaded) as [electron.BrowserWindow, electron.LoadedPage]
  enter(page)
  const client = await connectPage()
  const item = await firstItem(client)
  const bridge = Object.keys(Reflect.get(page.window, 'longshore'))

  const reloaded = await window.load(page.window.location.href)
  enter(reloaded)
  const clientAfterReload = await connectPage()
  await client.closed
  const itemAfterReload = await firstItem(clientAfterReload)

  app.emit('second-instance')
  const leaving = {
    outside: window.webContents.tryToLeave('https://evil.example/'),
    inside: window.webContents.tryToLeave('app://longshore/index.html'),
  }
  const mayNotify = ['app://longshore/index.html', 'https://evil.example/'].map(url =>
    window.webContents.isGranted('notifications', url),
  )
  const foreignFrame = foreignFrameGetsPort(window.webContents)
  const outside = await window.load('app://other/index.html')
  const above = await window.load('app://longshore/%2e%2e/%2e%2e/package.json')

  const exited = once(app, 'exited')
  window.close()
  app.quit()
  await exited
  await clientAfterReload.closed
  const windowState = JSON.parse(
    readFileSync(path.join(process.env.LONGSHORE_DATA ?? '', 'window.json'), 'utf8'),
  )
  return {
    page: { status: page.status, policy: page.policy, html: page.html },
    bridge,
    item,
    itemAfterReload,
    leaving,
    mayNotify,
    foreignFrame,
    statuses: { outside: outside.status, above: above.status },
    windowState,
    seen,
  }
}

const comeSecond = async () => {
  const exited = once(app, 'exited')
  await import(pathToFileURL(builtMain).href)
  await exited
  return { seen }
}

const report = process.env.STAND_IN_LOCK === 'taken' ? await comeSecond() : await liveOnce()
process.send?.(report)
process.disconnect?.()
