/** Maps a domain value to pixels. */
export type Scale = (value: number) => number

/** A linear map of `domain` onto `range`, not clamped; an empty domain maps to the start of the range. */
export const linearScale = (domain: readonly [number, number], range: readonly [number, number]): Scale => {
  const span = domain[1] - domain[0]
  const factor = span > 0 ? (range[1] - range[0]) / span : 0
  return value => range[0] + (value - domain[0]) * factor
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `value`. */
export const roundStep = (value: number): number => {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const factor = [1, 2, 5, 10].find(candidate => candidate * power >= value * (1 - 1e-9)) ?? 10
  return factor * power
}

/** Round values within a stretch, at most `count` steps apart. */
export const ticksBetween = (from: number, to: number, count: number): readonly number[] => {
  if (!(to > from)) return [from]
  const step = roundStep((to - from) / Math.max(1, count))
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}
