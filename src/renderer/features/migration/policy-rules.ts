import type { PolicyName } from '../../../shared/model/migration.ts'

/** What ends pre-copy by each policy but S1, whose rule has a line in the picture: read after "pre-copy goes on until". */
const untilWords: Readonly<Record<Exclude<PolicyName, 's1'>, string>> = {
  longshore: 'no later moment to hand over is expected to be better',
  's1-published':
    'a round dirties more than the line that began the migration, few pages are left or the rounds are used up',
  s2: 'what is left goes over within the pause that is allowed, or the rounds are used up',
  s3: 'all of memory has been sent once',
  s4: 'the pause that is predicted is short enough, or the rounds are used up',
  'pre-copy-xen': 'at most 50 pages are left, or its fourth round is over',
  'pre-copy-xen-upstream': 'fewer than 50 pages are left, or its fifth round is over',
  'pre-copy-qemu': 'what is left goes over within the pause that is allowed',
  'pre-copy-auto-converge':
    'what is left goes over within the pause that is allowed; the guest is slowed down where it is not',
  'post-copy': 'the VM is handed over, before its memory is sent',
  'post-copy-preempt': 'the VM is handed over, before its memory is sent',
  'hybrid-static': 'a fixed number of rounds is over',
  'hybrid-static-preempt': 'a fixed number of rounds is over',
  'stall-switch': 'rounds have not got better for a while, or the time for it is used up',
}

/** What ends pre-copy by a policy, read after "pre-copy goes on until"; `line` is the switch line in words. */
export const untilOf = (policy: PolicyName, line: string): string =>
  policy === 's1'
    ? `the dirty rate of a round reaches ${line}, few pages are left or the rounds are used up`
    : untilWords[policy]

const staying: ReadonlySet<PolicyName> = new Set([
  's2',
  's4',
  'pre-copy-xen',
  'pre-copy-xen-upstream',
  'pre-copy-qemu',
  'pre-copy-auto-converge',
])

/** Whether a policy can leave pre-copy by a switch to post-copy; else the VM is paused and the rest copied. */
export const maySwitch = (policy: PolicyName): boolean => !staying.has(policy)
