import { type Capabilities, neededBy } from '../../shared/model/capabilities.ts'
import type { PolicyName } from '../../shared/model/migration.ts'

const words: Partial<Record<keyof Capabilities, string>> = {
  postCopy: 'go on with a VM that has left it (post-copy)',
  throttle: 'slow a guest down',
}

/** Why a host cannot carry out a policy, as one sentence; null where it can. */
export const whyNotThere = (
  policy: PolicyName,
  { name, capabilities }: { readonly name: string; readonly capabilities: Capabilities },
): string | null => {
  if (!capabilities.rounds && policy !== 'pre-copy-xen')
    return `${name} carries no host plugin: Xen goes by its own rule and asks nobody.`
  const needed = neededBy(policy)
  return needed === null || capabilities[needed]
    ? null
    : `${name} cannot ${words[needed] ?? 'do what it needs'}.`
}
