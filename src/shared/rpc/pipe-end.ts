import { type Frame, frame } from './frame.ts'
import type { Pipe } from './pipe.ts'

/**
 * One end of a pipe over any transport that carries structured values: keeps frames until somebody listens,
 * drops what is not a frame, and closes once. `post` sends to the other end, `stop` ends the transport.
 */
export const pipeEnd = (transport: { post: (frame: Frame) => void; stop: () => void }) => {
  const early: Frame[] = []
  let onFrame: ((frame: Frame) => void) | undefined
  let onClose: (() => void) | undefined
  let isClosed = false

  const closed = () => {
    if (isClosed) return
    isClosed = true
    onClose?.()
  }
  const pipe: Pipe = {
    send: value => {
      if (!isClosed) transport.post(value)
    },
    onFrame: listener => {
      onFrame = listener
      for (const value of early.splice(0)) listener(value)
    },
    onClose: listener => {
      onClose = listener
      if (isClosed) listener()
    },
    close: () => {
      if (isClosed) return
      transport.stop()
      closed()
    },
  }
  /** Hands a value from the other end to this one; false when it is not a frame. */
  const receive = (value: unknown): boolean => {
    const parsed = frame.safeParse(value)
    if (!parsed.success) return false
    if (isClosed) return true
    if (onFrame) onFrame(parsed.data)
    else early.push(parsed.data)
    return true
  }
  return { pipe, receive, closed }
}
