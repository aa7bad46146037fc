/** How far ahead of now, in whole seconds: `1:00` would read as a time of day. */
export const aheadText = (aheadMs: number): string => `${Math.round(aheadMs / 1000)} s`
