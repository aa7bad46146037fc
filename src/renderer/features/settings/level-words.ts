import type { AutomationLevel } from '../../../shared/model/connection.ts'

/** What each automation level means, as it stands beside its name. */
export const levelWords: Readonly<Record<AutomationLevel, string>> = {
  observe: 'never acts',
  advise: 'says what it would do',
  approve: 'prepares, one click acts',
  automatic: 'acts by itself',
}
