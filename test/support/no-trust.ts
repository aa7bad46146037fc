import type { Trust } from '../../src/main/ports/trust.ts'

/** Nobody vouched for anything. */
export const noTrust: Trust = { pinOf: () => undefined, vouch: () => undefined }
