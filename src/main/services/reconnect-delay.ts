/** How long to wait before the n-th try in a row (n from 1), ms: 1, 2, 4 s and so on, at most 30 s. */
export const reconnectDelayMs = (failures: number): number =>
  Math.min(30_000, 1000 * 2 ** Math.max(0, failures - 1))
