import { decodeMessage, encodeMessage } from './codec.ts'
import type { Pipe } from './pipe.ts'
import { pipeEnd } from './pipe-end.ts'

/** What a browser's WebSocket and the server's have in common. */
interface Socket {
  binaryType: string
  send(data: Uint8Array<ArrayBuffer>): void
  close(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close' | 'error', listener: () => void): void
}

/** One end of a pipe over an open WebSocket; a frame is one binary MessagePack message. */
export const socketPipe = (socket: Socket): Pipe => {
  const end = pipeEnd({ post: frame => socket.send(encodeMessage(frame)), stop: () => socket.close() })
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('message', ({ data }) => {
    if (data instanceof ArrayBuffer) end.receive(decodeMessage(data))
  })
  socket.addEventListener('close', end.closed)
  // A close always follows; without a listener the server's socket would throw instead.
  socket.addEventListener('error', () => {})
  return end.pipe
}
