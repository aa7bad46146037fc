import type { Migration } from '../../../shared/model/migration.ts'
import type { ListContext } from './migration-columns.ts'
import { policyWords } from './migration-words.ts'

/** Whether every word of `text` is part of what a line of the list says of a migration. */
export const matchesFilter = (
  text: string,
  migration: Migration,
  { source, destination }: Pick<ListContext, 'source' | 'destination'>,
): boolean => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const { vmName, phase, startedBy, policy, failure } = migration
  const said = [vmName, source, destination, phase, startedBy, policyWords[policy], failure?.reason ?? '']
    .join('\n')
    .toLowerCase()
  return words.every(word => said.includes(word))
}
