const FIRST_MS = 500
const LONGEST_MS = 10_000

/** How long to wait before try `attempt` (from 0), ms: doubles from 0.5 s to 10 s. */
export const reconnectDelayMs = (attempt: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt)
