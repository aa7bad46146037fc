import type { Frame } from './frame.ts'

/**
 * Two ends that exchange frames in order. A pipe delivers structured values (typed arrays included),
 * hands on only what parses as a frame, and closes once: after that `send` does nothing.
 */
export interface Pipe {
  send(frame: Frame): void
  /** One listener; frames that arrive before there is one are kept. */
  onFrame(listener: (frame: Frame) => void): void
  /** Called once, also when the pipe was closed before the listener came. */
  onClose(listener: () => void): void
  close(): void
}
