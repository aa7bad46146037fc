import type { Box, Point } from './shape.ts'

const STEP_PX = 5

/** The diagonal lines that hatch `box`, cut at its edges. */
export const hatchLines = ({ x, y, width, height }: Box): readonly (readonly [Point, Point])[] => {
  const bottom = y + height
  // Starting at a multiple of the step keeps the lines of neighbours in line and still while a bar grows.
  const first = Math.ceil((x - height) / STEP_PX) * STEP_PX
  const lines: (readonly [Point, Point])[] = []
  for (let foot = first; foot < x + width; foot += STEP_PX) {
    const from = Math.max(0, x - foot)
    const to = Math.min(height, x + width - foot)
    if (to > from)
      lines.push([
        [foot + from, bottom - from],
        [foot + to, bottom - to],
      ])
  }
  return lines
}
