import type { Pipe } from './pipe.ts'
import { pipeEnd } from './pipe-end.ts'

/** Two connected ends in one process; values are cloned as a real pipe would. */
export const memoryPipe = (): readonly [Pipe, Pipe] => {
  const later = (deliver: () => void) => queueMicrotask(deliver)
  const a = pipeEnd({
    post: value => {
      const copy = structuredClone(value)
      later(() => b.receive(copy))
    },
    stop: () => later(() => b.closed()),
  })
  const b: ReturnType<typeof pipeEnd> = pipeEnd({
    post: value => {
      const copy = structuredClone(value)
      later(() => a.receive(copy))
    },
    stop: () => later(() => a.closed()),
  })
  return [a.pipe, b.pipe]
}
