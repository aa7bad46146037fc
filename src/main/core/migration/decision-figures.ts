/** A figure that the host reported just now. */
export const measured = (value: number) => ({ origin: 'measured' as const, value, ageMs: 0 })

/** A figure reckoned just now. */
export const estimated = (value: number) => ({ origin: 'estimated' as const, value, ageMs: 0 })
