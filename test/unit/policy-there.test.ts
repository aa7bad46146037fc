import { expect, test } from 'vitest'
import { policyThere } from '../../src/shared/model/capabilities.ts'
import { EVERY_CAPABILITY } from '../support/a-policy-view.ts'

const there = (lacking: Partial<typeof EVERY_CAPABILITY>) => ({ ...EVERY_CAPABILITY, ...lacking })

test.each([
  ['all is there', {}, 'post-copy', 'post-copy'],
  ['no rounds are told', { rounds: false }, 'longshore', 'pre-copy-xen'],
  ['rounds are told but nothing can be', { stopAndCopy: false }, 'longshore', 'pre-copy-xen'],
  ['there is no post-copy', { postCopy: false }, 'post-copy-preempt', 'longshore'],
  ['there is none for a static hybrid', { postCopy: false }, 'hybrid-static-preempt', 'longshore'],
  [
    'there is no post-copy, but the rule has an end of its own',
    { postCopy: false },
    'stall-switch',
    'stall-switch',
  ],
  ['guests cannot be slowed down', { throttle: false }, 'pre-copy-auto-converge', 'pre-copy-qemu'],
] as const)('where %s', (_, lacking, wanted, policy) => {
  expect(policyThere(wanted, there(lacking))).toBe(policy)
})
