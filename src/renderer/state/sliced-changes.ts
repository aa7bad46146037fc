/** How many listeners hear of a change in one animation frame: as many rows as are drawn anew within a few ms. */
const PER_FRAME = 6

/**
 * The changes of a store, told to a few listeners each animation frame, so that a screen full of rows is not drawn anew
 * within one frame. A listener that has not heard of a change when the next one comes hears once, of both.
 */
export const slicedChanges = (
  store: { subscribe(listener: () => void): () => void },
  nextFrame: (run: () => void) => unknown = run => requestAnimationFrame(run),
): ((listener: () => void) => () => void) => {
  const listeners = new Set<() => void>()
  const due = new Set<() => void>()
  let isAwaitingFrame = false
  let stop: (() => void) | undefined

  const askForFrame = () => {
    if (isAwaitingFrame || due.size === 0) return
    isAwaitingFrame = true
    nextFrame(tellSome)
  }
  const tellSome = () => {
    isAwaitingFrame = false
    let left = PER_FRAME
    for (const listener of due) {
      due.delete(listener)
      listener()
      left--
      if (left === 0) break
    }
    askForFrame()
  }
  const onChange = () => {
    for (const listener of listeners) due.add(listener)
    askForFrame()
  }
  return listener => {
    stop ??= store.subscribe(onChange)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      due.delete(listener)
      if (listeners.size > 0) return
      stop?.()
      stop = undefined
    }
  }
}
