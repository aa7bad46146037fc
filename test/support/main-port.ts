import type { MessagePort } from 'node:worker_threads'
import type { MainPort } from '../../src/main/adapters/system/main-port-pipe.ts'

/** A worker thread's port in the shape of Electron's MessagePortMain: messages arrive as events, nothing before `start`. */
export const asMainPort = (port: MessagePort): MainPort => ({
  postMessage: value => port.postMessage(value),
  start: () => port.start(),
  close: () => port.close(),
  on: (event: 'message' | 'close', listener: (event: { data: unknown }) => void) => {
    if (event === 'close') return port.on('close', () => listener({ data: undefined }))
    // `addEventListener` leaves the port stopped until `start`, as Electron's is; `on` would start it.
    port.addEventListener('message', received => listener({ data: Reflect.get(received, 'data') }))
    return port
  },
})
