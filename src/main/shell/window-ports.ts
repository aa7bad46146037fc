import { ipcMain, MessageChannelMain } from 'electron'
import type { Pipe } from '../../shared/rpc/pipe.ts'
import { askForPort, handOverPort } from '../../shared/rpc/port-bridge.ts'
import { mainPortPipe } from '../adapters/system/main-port-pipe.ts'
import { isOurPage } from './app-page.ts'

/**
 * Hands our page a port whenever it asks, as it does after each load, and closes the one before. Returns what closes the
 * last one.
 */
export const handOutPorts = (accept: (pipe: Pipe) => void): (() => void) => {
  let current: Pipe | undefined
  ipcMain.on(askForPort, ({ senderFrame }) => {
    if (!senderFrame || senderFrame.parent || !isOurPage(senderFrame.url)) return
    current?.close()
    const { port1, port2 } = new MessageChannelMain()
    current = mainPortPipe(port1)
    accept(current)
    senderFrame.postMessage(handOverPort, null, [port2])
  })
  return () => current?.close()
}
