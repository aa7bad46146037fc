/** Work done in turns, some of it each animation frame, so that a screen full of rows is not drawn anew within one. */
export interface FrameQueue<T> {
  /** Asks for `item`'s turn; one that awaits its turn already keeps it. */
  add(item: T): void
  remove(item: T): void
  /** Counts `items` done outside the queue as done by its next turn, which still does one, lest it waits for ever. */
  spend(items: number): void
  clear(): void
}

/** A queue whose items are worked at by `work`, `perFrame` of them each frame, in the order in which they were added. */
export const frameQueue = <T>(options: {
  readonly work: (item: T) => void
  readonly perFrame: number
  readonly nextFrame?: (run: () => void) => unknown
}): FrameQueue<T> => {
  const { work, perFrame, nextFrame = run => requestAnimationFrame(run) } = options
  const due = new Set<T>()
  let isAwaitingFrame = false
  let spent = 0

  const askForFrame = () => {
    if (isAwaitingFrame || due.size === 0) return
    isAwaitingFrame = true
    nextFrame(workSome)
  }
  const workSome = () => {
    isAwaitingFrame = false
    let left = Math.max(1, perFrame - spent)
    spent = 0
    for (const item of due) {
      due.delete(item)
      work(item)
      left--
      if (left === 0) break
    }
    askForFrame()
  }
  return {
    add: item => {
      due.add(item)
      askForFrame()
    },
    remove: item => {
      due.delete(item)
    },
    spend: items => {
      spent += items
    },
    clear: () => due.clear(),
  }
}
