/** Elapsed time as `mm:ss.t`. */
export const formatElapsed = (ms: number): string => {
  const tenths = Math.floor(Math.max(0, ms) / 100)
  const two = (value: number) => value.toString().padStart(2, '0')
  return `${two(Math.floor(tenths / 600))}:${two(Math.floor(tenths / 10) % 60)}.${tenths % 10}`
}
