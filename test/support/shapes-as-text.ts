import type { Hit, Shape } from '../../src/renderer/charts/shape.ts'

const rounded = (value: number): string => Math.round(value).toString()

const describe = (shape: Shape): string => {
  switch (shape.kind) {
    case 'rect': {
      const inks = [shape.fill, shape.hatch && `hatch ${shape.hatch}`, shape.stroke && `edge ${shape.stroke}`]
      return `rect ${[shape.x, shape.y, shape.width, shape.height].map(rounded).join(' ')} ${inks.filter(Boolean).join(', ')}`
    }
    case 'path': {
      const points = shape.points.map(point => point.map(rounded).join(','))
      const dash = shape.dash ? ' dashed' : ''
      return `path ${shape.fill ? `fill ${shape.fill}` : shape.stroke}${dash} ${points.join(' ')}`
    }
    case 'text':
      return `text ${rounded(shape.x)} ${rounded(shape.y)} ${shape.align} ${shape.ink} "${shape.text}"`
  }
}

/** A layout as rounded text, one shape a line: what layout tests compare. */
export const shapesAsText = (shapes: readonly Shape[], hits: readonly Hit[] = []): string =>
  [
    ...shapes.map(describe),
    ...hits.map(
      hit =>
        `hit ${[hit.box.x, hit.box.y, hit.box.width, hit.box.height].map(rounded).join(' ')} ${hit.lines.join(' | ')}`,
    ),
  ].join('\n')
