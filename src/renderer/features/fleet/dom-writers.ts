/** Writes a value where it shows; what it already shows is not written again, which the browser would take for a change. */
export type Writer<T> = (value: T) => void

const onChange = <T>(first: T, write: Writer<T>): Writer<T> => {
  let shown = first
  return value => {
    if (value === shown) return
    shown = value
    write(value)
  }
}

/** A new text in `parent`. */
export const textIn = (parent: Element): Writer<string> => {
  const node = document.createTextNode('')
  parent.append(node)
  return onChange('', text => {
    node.data = text
  })
}

/** An attribute of `element`; an empty one is taken away. */
export const attributeOf = (element: Element, name: string): Writer<string> =>
  onChange('', value => {
    if (value === '') element.removeAttribute(name)
    else element.setAttribute(name, value)
  })

/** A new element in `parent`. */
export const elementIn = <K extends keyof HTMLElementTagNameMap>(
  parent: Element,
  tag: K,
  className: string | undefined,
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag)
  if (className) element.className = className
  parent.append(element)
  return element
}

/** A new drawing in `parent`, hidden from readers: words beside it say the same. */
export const drawingIn = (parent: Element, viewBox: string): SVGSVGElement => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('aria-hidden', 'true')
  svg.setAttribute('viewBox', viewBox)
  parent.append(svg)
  return svg
}

/** A new path in `svg`. */
export const pathIn = (svg: SVGSVGElement, className: string | undefined): SVGPathElement => {
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  if (className) path.setAttribute('class', className)
  svg.append(path)
  return path
}
