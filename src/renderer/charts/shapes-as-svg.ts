import { FONT_FAMILY } from './draw-shapes.ts'
import { hatchLines } from './hatch.ts'
import { CHART_FONT_PX, type Shape, type Size } from './shape.ts'
import type { ChartTheme } from './theme.ts'

/** A picture to keep: what is drawn, in which colours, and what it is called. */
export interface Picture extends Size {
  readonly shapes: readonly Shape[]
  readonly theme: ChartTheme
  readonly title: string
  readonly description: string
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
// XML 1.0 forbids these even escaped: one in the name of a VM would make the file unreadable.
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const escaped = (text: string): string =>
  text.replace(FORBIDDEN, '\u{FFFD}').replace(/[&<>"']/g, letter => ESCAPES[letter] ?? letter)

type Attributes = Readonly<Record<string, string | number | undefined>>

const number = (value: number): string => (Math.round(value * 100) / 100).toString()

const element = (name: string, attributes: Attributes, content?: string): string => {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${typeof value === 'number' ? number(value) : escaped(value)}"`],
  )
  const open = `<${name}${written.join('')}`
  return content === undefined ? `${open}/>` : `${open}>${content}</${name}>`
}

const opacityOf = (shape: Shape): number | undefined => ('opacity' in shape ? shape.opacity : undefined)

const rectAsSvg = (shape: Extract<Shape, { kind: 'rect' }>, theme: ChartTheme): string => {
  const { x, y, width, height, fill, hatch, stroke } = shape
  const lines = hatch ? hatchLines(shape) : []
  const d = lines.map(([[x1, y1], [x2, y2]]) => `M${number(x1)} ${number(y1)}L${number(x2)} ${number(y2)}`)
  return [
    element('rect', {
      x,
      y,
      width,
      height,
      fill: fill ? theme[fill] : 'none',
      stroke: stroke && theme[stroke],
      opacity: opacityOf(shape),
    }),
    ...(hatch ? [element('path', { d: d.join(''), stroke: theme[hatch], 'stroke-width': 1.5 })] : []),
  ].join('')
}

const pathAsSvg = (shape: Extract<Shape, { kind: 'path' }>, theme: ChartTheme): string => {
  const { points, fill, stroke, width, dash } = shape
  const d = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${number(x)} ${number(y)}`).join('')
  return element('path', {
    d: fill ? `${d}Z` : d,
    fill: fill ? theme[fill] : 'none',
    stroke: stroke && theme[stroke],
    'stroke-width': stroke && (width ?? 1),
    'stroke-linejoin': stroke && 'round',
    'stroke-dasharray': dash?.join(' '),
    opacity: opacityOf(shape),
  })
}

const ANCHORS = { left: 'start', center: 'middle', right: 'end' } as const

const textAsSvg = (shape: Extract<Shape, { kind: 'text' }>, theme: ChartTheme): string => {
  const { x, y, text, ink, align, strong, halo } = shape
  return element(
    'text',
    {
      x,
      y,
      fill: theme[ink],
      'text-anchor': ANCHORS[align],
      'font-weight': strong ? 600 : undefined,
      stroke: halo && theme[halo],
      'stroke-width': halo && 4,
      'stroke-linejoin': halo && 'round',
      'paint-order': halo && 'stroke',
    },
    escaped(text),
  )
}

const shapeAsSvg = (shape: Shape, theme: ChartTheme): string => {
  if (shape.kind === 'rect') return rectAsSvg(shape, theme)
  return shape.kind === 'path' ? pathAsSvg(shape, theme) : textAsSvg(shape, theme)
}

/** A picture as an SVG document that needs nothing beside itself. */
export const shapesAsSvg = ({ shapes, theme, width, height, title, description }: Picture): string => {
  const content = [
    element('title', {}, escaped(title)),
    element('desc', {}, escaped(description)),
    element('rect', { width, height, fill: theme.background }),
    ...shapes.map(shape => shapeAsSvg(shape, theme)),
  ]
  const head = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${number(width)} ${number(height)}`,
    'font-family': FONT_FAMILY,
    'font-size': CHART_FONT_PX,
    'dominant-baseline': 'central',
    role: 'img',
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('svg', head, `\n${content.join('\n')}\n`)}\n`
}
