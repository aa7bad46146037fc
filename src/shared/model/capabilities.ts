import type { PolicyName } from './migration.ts'

/** What one host can do for Longshore, negotiated with it; stock Xen has none of these. */
export interface Capabilities {
  /** Unique pages dirtied in a window can be measured. */
  readonly dirtyRate: boolean
  /** Per-region write figures can be read. */
  readonly pageHeat: boolean
  /** A migration reports its rounds as they end. */
  readonly rounds: boolean
  /** A running migration can be told to stop and copy. */
  readonly stopAndCopy: boolean
  /** A running migration can be switched to post-copy. */
  readonly postCopy: boolean
  /** After a switch, page requests that overtake the push are sent beside it: the bandwidth limit does not hold them. */
  readonly requestsBeside: boolean
  /** A running migration can be told how much to send at most. */
  readonly bandwidth: boolean
  /** A running migration can be told in which order to send pages. */
  readonly pageOrder: boolean
  /** The guest of a running migration can be slowed down. */
  readonly throttle: boolean
  /** A running migration can push other traffic of its link aside. */
  readonly priority: boolean
  /** Disks are copied along where storage is not shared. */
  readonly diskCopy: boolean
}

export const NO_CAPABILITIES: Capabilities = {
  dirtyRate: false,
  pageHeat: false,
  rounds: false,
  stopAndCopy: false,
  postCopy: false,
  requestsBeside: false,
  bandwidth: false,
  pageOrder: false,
  throttle: false,
  priority: false,
  diskCopy: false,
}

/** What some policies are nothing without, and what comes nearest to them there. */
const needs: Partial<
  Record<PolicyName, { readonly capability: keyof Capabilities; readonly instead: PolicyName }>
> = {
  'post-copy': { capability: 'postCopy', instead: 'longshore' },
  'post-copy-preempt': { capability: 'postCopy', instead: 'longshore' },
  'hybrid-static': { capability: 'postCopy', instead: 'longshore' },
  'hybrid-static-preempt': { capability: 'postCopy', instead: 'longshore' },
  'pre-copy-auto-converge': { capability: 'throttle', instead: 'pre-copy-qemu' },
}

/** What a policy is nothing without; null where it makes do with whatever there is. */
export const neededBy = (policy: PolicyName): keyof Capabilities | null => needs[policy]?.capability ?? null

/**
 * The policy that a migration from a host follows: one that tells no rounds, or cannot be told when to stop, asks nobody and
 * follows Xen's own rule; where it cannot do what the wanted one needs, the nearest to it.
 */
export const policyThere = (wanted: PolicyName, capabilities: Capabilities): PolicyName => {
  if (!capabilities.rounds || !capabilities.stopAndCopy) return 'pre-copy-xen'
  const need = needs[wanted]
  return need === undefined || capabilities[need.capability] ? wanted : need.instead
}
