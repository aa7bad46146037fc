import type { Vm } from '../../../shared/model/vm.ts'

/** What a filter can ask about a VM beside its own fields. */
export interface VmContext {
  readonly hostName: string
  readonly poolName: string
  readonly isAtRisk: boolean
  readonly isMigrating: boolean
}

export const AT_RISK = 'is:at-risk'
export const MIGRATING = 'is:migrating'

/** Whether the filter looks at figures that change every second. */
export const isLiveFilter = (filter: string): boolean => /\bis:(at-risk|migrating)\b/.test(filter)

/**
 * The test for a filter text: every word must be part of the VM's name, state, host or pool; `is:at-risk` and
 * `is:migrating` ask for those. Null when the text asks for nothing.
 */
export const filterOf = (text: string): ((vm: Vm, context: VmContext) => boolean) | null => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return null
  return (vm, context) => {
    const fields = `${vm.name}\n${vm.powerState}\n${context.hostName}\n${context.poolName}`.toLowerCase()
    return words.every(word => {
      if (word === AT_RISK) return context.isAtRisk
      if (word === MIGRATING) return context.isMigrating
      return fields.includes(word)
    })
  }
}
