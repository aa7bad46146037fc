import { policyThere } from '../../../shared/model/capabilities.ts'
import type { Host } from '../../../shared/model/host.ts'
import { type PolicyName, policyNames } from '../../../shared/model/migration.ts'
import { policyWords } from './migration-words.ts'

const groups: readonly (readonly [heading: string, isIn: (name: PolicyName) => boolean])[] = [
  ['Longshore', name => name === 'longshore'],
  ['Published systems', name => /^s\d/.test(name)],
  ['What hypervisors do', name => name !== 'longshore' && !/^s\d/.test(name)],
]

/** The policies that a migration from this host can follow, under headings, as a select takes them. */
export const policyChoices = (source: Host | undefined) =>
  groups
    .map(([group, isIn]) => ({
      group,
      items: policyNames
        .filter(name => isIn(name) && (!source || policyThere(name, source.capabilities) === name))
        .map(name => ({ value: name, label: policyWords[name] })),
    }))
    .filter(({ items }) => items.length > 0)
