/** What the system calls an error, such as `ENOENT`; empty for one that is not the system's. */
export const systemErrorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
