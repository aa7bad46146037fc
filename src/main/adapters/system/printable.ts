/** Text from outside, fit for one line of a message. */
export const printable = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 300)

/** A string, number or truth value as text; anything else, which may be nested deeper than a stack is, as none. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
