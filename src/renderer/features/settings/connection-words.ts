import type { Connection, ConnectionState } from '../../../shared/model/connection.ts'
import { addressText, isHostsFile } from '../../../shared/model/pool-address.ts'
import type { DotTone } from '../../ui/Dot.tsx'
import { keptWords } from './secret-words.ts'

export const connectionTone: Readonly<Record<ConnectionState, DotTone>> = {
  connecting: 'busy',
  live: 'ok',
  stale: 'watch',
  failed: 'high',
}

/** One sentence on a connection's state, for hover. */
export const connectionSentence = (connection: Connection, clock: (atMs: number) => string): string => {
  const since = clock(connection.sinceMs)
  const address = addressText(connection.url)
  switch (connection.state) {
    case 'connecting':
      return `Connecting to ${address} since ${since}.`
    case 'live':
      return `${address} answers, since ${since}.`
    case 'stale':
      return `${address} has not answered since ${since}; the figures shown are from then.`
    case 'failed':
      return connection.failure
        ? `${connection.failure.message} ${connection.failure.remedy}`
        : `${address} cannot be reached since ${since}.`
  }
}

/** Where a connection leads, and as whom; whoever may open the sockets of QEMU needs neither user nor password. */
export const whereAndWho = ({
  url,
  user,
  isLab,
  keep,
}: Pick<Connection, 'url' | 'user' | 'isLab' | 'keep'>): string => {
  const address = addressText(url)
  if (isHostsFile(url)) return address
  return isLab ? `${address}, as ${user}` : `${address}, as ${user}, ${keptWords(keep)}`
}
