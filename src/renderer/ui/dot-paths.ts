/** The shapes of what asks for attention, each in a box of 10 x 10. */
export const dotPaths = { watch: 'M5 .8L9.2 5L5 9.2L.8 5z', high: 'M5 .8L9.4 9H.6z' } as const
