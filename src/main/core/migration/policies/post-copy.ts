import { handOver } from '../can-be-told.ts'
import type { Policy, PolicyDecision, PolicyView } from '../policy.ts'

const atOnce = ({ capabilities }: PolicyView): PolicyDecision => ({
  action: handOver(capabilities),
  reasons: [
    capabilities.postCopy
      ? 'The VM moves before its memory does.'
      : 'The host has no post-copy: what one round left is copied in a pause.',
  ],
  inputs: [],
  alternatives: [],
})

/** Hands the guest over before a page is sent; memory follows, on demand and pushed. Each page is sent once. */
export const postCopy: Policy = {
  name: 'post-copy',
  limits: ({ capabilities }) => ({
    epsilonPages: 0,
    maxRounds: 1,
    switchTheta: 0,
    postCopy: capabilities.postCopy,
  }),
  duringRound: view => (view.capabilities.postCopy ? atOnce(view) : null),
  afterRound: atOnce,
}

/** The same with a channel of their own for page requests (QEMU's postcopy-preempt): none waits behind the push. */
export const postCopyPreempt: Policy = {
  ...postCopy,
  name: 'post-copy-preempt',
  pageRequests: 'overtake',
}
