import type { Ink } from './theme.ts'

export type Point = readonly [x: number, y: number]

export interface Size {
  readonly width: number
  readonly height: number
}

/** A rectangle in CSS pixels. */
export interface Box extends Size {
  readonly x: number
  readonly y: number
}

/** Something to draw, in CSS pixels, with inks in place of colours. */
export type Shape =
  | ({
      readonly kind: 'rect'
      readonly fill?: Ink
      /** Diagonal lines in this ink: "not solid" for eyes that do not tell the hues apart. */
      readonly hatch?: Ink
      readonly stroke?: Ink
      readonly opacity?: number
    } & Box)
  | {
      readonly kind: 'path'
      readonly points: readonly Point[]
      readonly stroke?: Ink
      readonly fill?: Ink
      readonly width?: number
      readonly dash?: readonly number[]
      readonly opacity?: number
    }
  | {
      readonly kind: 'text'
      readonly x: number
      /** The middle of the line. */
      readonly y: number
      readonly text: string
      readonly ink: Ink
      readonly align: 'left' | 'center' | 'right'
      readonly strong?: boolean
      /** Painted behind the text so that lines do not cross it. */
      readonly halo?: Ink
    }

/** An area that tells something when pointed at, one line each. */
export interface Hit {
  readonly box: Box
  readonly lines: readonly string[]
}

/** Size of all chart text, CSS pixels. */
export const CHART_FONT_PX = 11

/** An upper estimate of the width of `text`: layouts are pure and cannot ask a canvas. Bold digits and lower case of system fonts are 0.55 to 0.63 em. */
export const textWidth = (text: string): number => text.length * CHART_FONT_PX * 0.63

/** The width of plain words closer than `textWidth` tells it: what stands in a row is to have even gaps. */
export const wordWidth = (text: string): number => {
  const narrow = text.match(/[fijlrt ()]/g)?.length ?? 0
  const wide = text.match(/[mwMVW]/g)?.length ?? 0
  return (narrow * 0.36 + wide * 0.9 + (text.length - narrow - wide) * 0.62) * CHART_FONT_PX
}

/** `text`, or as much of its beginning as `width` holds. */
export const fitted = (text: string, width: number): string => {
  if (textWidth(text) <= width) return text
  const letters = Math.max(0, Math.floor(width / textWidth('x')) - 1)
  return `${text.slice(0, letters).trimEnd()}…`
}

/** `shape` moved by `dx` and `dy`. */
export const moved = (shape: Shape, [dx, dy]: Point): Shape =>
  shape.kind === 'path'
    ? { ...shape, points: shape.points.map(([x, y]): Point => [x + dx, y + dy]) }
    : { ...shape, x: shape.x + dx, y: shape.y + dy }
