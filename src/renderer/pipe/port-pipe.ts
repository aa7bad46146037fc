import type { Pipe } from '../../shared/rpc/pipe.ts'
import { pipeEnd } from '../../shared/rpc/pipe-end.ts'

/** What is used of a MessagePort. */
interface Port {
  postMessage(value: unknown): void
  start(): void
  close(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: () => void): void
}

/** The window's end of a pipe over a MessagePort; frames travel as structured clones. */
export const portPipe = (port: Port): Pipe => {
  const end = pipeEnd({ post: frame => port.postMessage(frame), stop: () => port.close() })
  port.addEventListener('message', ({ data }) => end.receive(data))
  port.addEventListener('close', end.closed)
  port.start()
  return end.pipe
}
