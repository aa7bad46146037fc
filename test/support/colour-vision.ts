type Triple = readonly [number, number, number]

const linear = (colour: string): Triple => {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

const times = (rows: readonly Triple[], [r, g, b]: Triple): Triple => {
  const [x, y, z] = rows.map(([p, q, s]) => p * r + q * g + s * b)
  return [x ?? 0, y ?? 0, z ?? 0]
}

/** sRGB to XYZ, D65 (IEC 61966-2-1). */
const toXyz: readonly Triple[] = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
]
const white: Triple = [0.95047, 1, 1.08883]

/**
 * Full deuteranopia in linear RGB: Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color
 * Vision Deficiency", IEEE TVCG 15(6), 2009, severity 1.0.
 */
const deuteranope: readonly Triple[] = [
  [0.367322, 0.860646, -0.227968],
  [0.280085, 0.672501, 0.047413],
  [-0.01182, 0.04294, 0.968881],
]

const lab = (rgb: Triple): Triple => {
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116)
  const [x, y, z] = times(toXyz, rgb)
  const [fx, fy, fz] = [f(x / white[0]), f(y / white[1]), f(z / white[2])]
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]
}

const clipped = ([r, g, b]: Triple): Triple => {
  const clip = (value: number) => Math.min(1, Math.max(0, value))
  return [clip(r), clip(g), clip(b)]
}

/** A colour (`#rrggbb`) in CIELAB as a deuteranope sees it. */
export const labForDeuteranope = (colour: string): Triple => lab(clipped(times(deuteranope, linear(colour))))

/** How far apart two colours look to a deuteranope: the distance in CIELAB (delta E 1976; 2.3 is just noticeable). */
export const distanceForDeuteranope = (a: string, b: string): number => {
  const [la, aa, ba] = labForDeuteranope(a)
  const [lb, ab, bb] = labForDeuteranope(b)
  return Math.hypot(la - lb, aa - ab, ba - bb)
}

/** Contrast of two colours (WCAG 2.2). */
export const contrast = (a: string, b: string): number => {
  const luminance = (colour: string) => times(toXyz, linear(colour))[1]
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}
