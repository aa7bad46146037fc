import type { Log } from '../../src/main/ports/log.ts'

/** Says nothing: for tests in which what is logged does not matter. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }
