import type { AutomationLevel, Connection } from '../../../shared/model/connection.ts'

/** What each automation level means, as it stands beside its name. */
export const levelWords: Readonly<Record<AutomationLevel, string>> = {
  observe: 'never acts',
  advise: 'says what it would do',
  approve: 'prepares, one click acts',
  automatic: 'acts by itself',
}

type Levelled = Pick<Connection, 'level' | 'standBack'>

/** Whether a level that would act only advises for now, because somebody else acts on the pool or it would suffer. */
export const standsBack = ({ level, standBack }: Levelled): boolean =>
  standBack.length > 0 && (level === 'automatic' || level === 'approve')

/** The level in force, in words. */
export const levelInForce = (connection: Levelled): string =>
  standsBack(connection) ? `${connection.level}, only advising now` : connection.level

/** The level of all connections in one line, as the top bar says it. */
export const levelOfAll = (connections: readonly Levelled[]): string => {
  const levels = new Set(connections.map(connection => connection.level))
  const [only = 'mixed'] = levels
  const back = connections.filter(standsBack).length
  const name = levels.size === 1 ? only : 'mixed'
  if (back === 0) return name
  return back === connections.length
    ? `${name}, only advising now`
    : `${name}, only advising on ${back} of ${connections.length}`
}
