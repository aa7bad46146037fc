import type { Connection, ConnectionState } from '../../../shared/model/connection.ts'
import type { DotTone } from '../../ui/Dot.tsx'

export const connectionTone: Readonly<Record<ConnectionState, DotTone>> = {
  connecting: 'busy',
  live: 'ok',
  stale: 'watch',
  failed: 'high',
}

/** One sentence on a connection's state, for hover. */
export const connectionSentence = (connection: Connection, clock: (atMs: number) => string): string => {
  const since = clock(connection.sinceMs)
  switch (connection.state) {
    case 'connecting':
      return `Connecting to ${connection.url} since ${since}.`
    case 'live':
      return `${connection.url} answers, since ${since}.`
    case 'stale':
      return `${connection.url} has not answered since ${since}; the figures shown are from then.`
    case 'failed':
      return connection.failure
        ? `${connection.failure.message} ${connection.failure.remedy}`
        : `${connection.url} cannot be reached since ${since}.`
  }
}
