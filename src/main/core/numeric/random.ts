/** ln(1 + k / 1024) for k = 0..1024; linear between them it is right to 1.2e-7. */
const LOGARITHMS = Float64Array.from({ length: 1025 }, (_, k) => Math.log1p(k / 1024))

/**
 * A seeded generator of random numbers (sfc32: 128 bits of state, Chris Doty-Humphrey, PractRand). The same seed gives
 * the same numbers everywhere. For simulation and sampling, never for secrets.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number) {
    this.#a = mix(seed)
    this.#b = mix(this.#a + 1)
    this.#c = mix(this.#b + 1)
    for (let i = 0; i < 12; i++) this.bits()
  }

  /** The next 32 random bits as a signed integer. */
  bits(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0
    return result
  }

  /** A number in 0..1, 1 excluded. */
  unit(): number {
    return (this.bits() >>> 0) * 2 ** -32
  }

  /** A whole number in 0..count-1; `count` at most 2^21 keeps the bias under one in 2,000. */
  below(count: number): number {
    return Math.floor((this.bits() >>> 0) * 2 ** -32 * count)
  }

  /** A waiting time with mean 1: the gap between two events of a Poisson process of rate 1. */
  exponential(): number {
    const bits = this.bits() || 1
    const zeros = Math.clz32(bits)
    // The bits after the leading one are a fraction x: -ln of the number is (zeros + 1) ln 2 - ln(1 + x).
    const fraction = zeros === 31 ? 0 : (bits << (zeros + 1)) >>> 0
    const knot = fraction >>> 22
    const low = LOGARITHMS[knot] ?? 0
    const high = LOGARITHMS[knot + 1] ?? 0
    return (zeros + 1) * Math.LN2 - low - (high - low) * ((fraction & 0x3fffff) * 2 ** -22)
  }

  /** The items in random order (Fisher and Yates); the argument stays as it is. */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items]
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const [left, right] = [result[i], result[j]]
      if (left === undefined || right === undefined) continue
      result[i] = right
      result[j] = left
    }
    return result
  }
}

/** 32 well mixed bits (signed) of a whole number: murmur3's finaliser after a Weyl step. */
export const mix = (value: number): number => {
  let h = (Math.trunc(value) + 0x9e3779b9) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/**
 * Smooth seeded noise in -1..1 as a pure function of `position`: random values at whole positions, linear between
 * them.
 */
export const smoothNoise = (seed: number, position: number): number => {
  const knot = Math.floor(position)
  const at = (k: number) => mix(seed ^ mix(k)) * 2 ** -31
  const share = position - knot
  return at(knot) * (1 - share) + at(knot + 1) * share
}
