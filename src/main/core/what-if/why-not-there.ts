import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { PolicyName } from '../../../shared/model/migration.ts'

interface Need {
  readonly ability: 'postCopy' | 'throttle'
  readonly words: string
}

const toSwitch: Need = { ability: 'postCopy', words: 'go on with a VM that has left it (post-copy)' }
const toSlowDown: Need = { ability: 'throttle', words: 'slow a guest down' }

/** What a policy is nothing without; the others make do with what a host can. */
const needs: Partial<Record<PolicyName, Need>> = {
  'pre-copy-auto-converge': toSlowDown,
  'post-copy': toSwitch,
  'post-copy-preempt': toSwitch,
  'hybrid-static': toSwitch,
  'hybrid-static-preempt': toSwitch,
  'stall-switch': toSwitch,
}

/** A host as far as it matters to policies. */
export interface AbleHost {
  readonly name: string
  readonly capabilities: Capabilities
}

/** Why a host cannot carry out a policy, as one sentence; null where it can. */
export const whyNotThere = (policy: PolicyName, { name, capabilities }: AbleHost): string | null => {
  if (!capabilities.rounds && policy !== 'pre-copy-xen')
    return `${name} carries no host plugin: Xen goes by its own rule and asks nobody.`
  const need = needs[policy]
  return need === undefined || capabilities[need.ability] ? null : `${name} cannot ${need.words}.`
}
