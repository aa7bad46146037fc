import type { Log } from '../../src/main/ports/log.ts'

/** A log that keeps what it is told, for tests that read it. */
export interface RecordingLog extends Log {
  readonly lines: readonly string[]
}

export const recordingLog = (): RecordingLog => {
  const lines: string[] = []
  const write = (message: string, facts?: Readonly<Record<string, unknown>>): void => {
    lines.push(`${message} ${JSON.stringify(facts ?? {})}`)
  }
  return { lines, info: write, warn: write, error: (message, _error, facts) => write(message, facts) }
}
