import { Failure } from '../../shared/failure.ts'
import type { Pipe } from '../../shared/rpc/pipe.ts'
import { handOverPort, type PortBridge } from '../../shared/rpc/port-bridge.ts'
import { socketPipe } from '../../shared/rpc/socket-pipe.ts'
import { portPipe } from './port-pipe.ts'

declare global {
  interface Window {
    readonly longshore?: PortBridge
  }
}

/**
 * Opens a pipe to main: over a MessagePort in Electron, over a WebSocket in a browser. Rejects with a Failure
 * (`unreachable`) when nobody answers. Each call opens a new one; trying again after a close is the caller's.
 */
export const openPipe = (): Promise<Pipe> => {
  const bridge = window.longshore
  return bridge ? openPort(bridge) : openSocket()
}

const openPort = (bridge: PortBridge): Promise<Pipe> =>
  new Promise(resolve => {
    const onMessage = ({ source, data, ports: [port] }: MessageEvent) => {
      if (source !== window || data !== handOverPort || !port) return
      window.removeEventListener('message', onMessage)
      resolve(portPipe(port))
    }
    window.addEventListener('message', onMessage)
    bridge.askForPort()
  })

const openSocket = (): Promise<Pipe> =>
  new Promise((resolve, reject) => {
    const { protocol, host } = window.location
    const socket = new WebSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/pipe`)
    const pipe = socketPipe(socket)
    socket.addEventListener('open', () => resolve(pipe))
    socket.addEventListener('close', () => reject(unreachable(host)))
  })

const unreachable = (host: string): Failure =>
  new Failure({
    code: 'unreachable',
    message: `Longshore does not answer at ${host}: it was ended, or started anew with another address.`,
    remedy: 'It is tried again by itself; if Longshore was started anew, open the address it printed then.',
  })
