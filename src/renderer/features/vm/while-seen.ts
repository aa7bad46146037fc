/** Keeps what `start` starts going while any of `element` can be seen in the window; returns what ends it. */
export const whileSeen = (element: Element, start: () => () => void): (() => void) => {
  let stop: (() => void) | undefined
  const observer = new IntersectionObserver(entries => {
    const isSeen = entries.at(-1)?.isIntersecting ?? false
    if (isSeen && !stop) stop = start()
    else if (!isSeen && stop) {
      stop()
      stop = undefined
    }
  })
  observer.observe(element)
  return () => {
    observer.disconnect()
    stop?.()
  }
}
