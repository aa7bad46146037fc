import type { KeyboardEvent } from 'react'

/** Lets the arrows, Home and End move the focus between the links of a list; from a field above it only the arrow down does. */
export const moveFocus = (event: KeyboardEvent<HTMLElement>): void => {
  if (event.target instanceof HTMLInputElement && event.key !== 'ArrowDown') return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-line] a')]
  const at = links.findIndex(link => link === document.activeElement)
  const wanted = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key]
  if (wanted === undefined) return
  links[Math.max(0, Math.min(links.length - 1, wanted))]?.focus()
  event.preventDefault()
}
