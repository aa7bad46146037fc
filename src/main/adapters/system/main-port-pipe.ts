import type { Pipe } from '../../../shared/rpc/pipe.ts'
import { pipeEnd } from '../../../shared/rpc/pipe-end.ts'

/** What is used of Electron's MessagePortMain, named here because only the shell may import Electron. */
export interface MainPort {
  postMessage(value: unknown): void
  start(): void
  close(): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

/** Main's end of a pipe over a MessagePort; frames travel as structured clones. */
export const mainPortPipe = (port: MainPort): Pipe => {
  const end = pipeEnd({ post: frame => port.postMessage(frame), stop: () => port.close() })
  port.on('message', ({ data }) => end.receive(data))
  port.on('close', end.closed)
  port.start()
  return end.pipe
}
