import type { ChartTheme } from '../theme.ts'

/** Colours of a sequence: more than eyes tell apart. */
export const LEVELS = 64
/** The level of a cell of which nothing is known. */
export const NO_LEVEL = 255

type Rgb = readonly [number, number, number]

const rgbOf = (colour: string): Rgb => {
  const value = Number.parseInt(colour.slice(1), 16)
  return [value >> 16, (value >> 8) & 0xff, value & 0xff]
}

const between = (from: Rgb, to: Rgb, share: number): Rgb => {
  const at = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share)
  return [at(0), at(1), at(2)]
}

/** The inks of page heat with all between them: ever lighter on dark, ever darker on light, for eyes that tell no hues apart. */
export const sequenceOf = (theme: Pick<ChartTheme, 'cold' | 'warm' | 'hot'>): readonly Rgb[] => {
  const [cold, warm, hot] = [rgbOf(theme.cold), rgbOf(theme.warm), rgbOf(theme.hot)]
  return Array.from({ length: LEVELS }, (_, level) => {
    const share = (2 * level) / (LEVELS - 1)
    return share <= 1 ? between(cold, warm, share) : between(warm, hot, share - 1)
  })
}

/** A share 0..1 of the scale as a level; what is not a number has none. */
export const levelOf = (share: number): number =>
  Number.isNaN(share) ? NO_LEVEL : Math.round(Math.min(1, Math.max(0, share)) * (LEVELS - 1))
