import { threshold } from './threshold.ts'

/** The numbers of the rules that other systems go by, for the policies that play them. */
export const policyThresholds = {
  downtimeLimit: threshold(300, 'ms that the rest may take to send', [1, 2_000_000], 'QEMU'),
  throttleTrigger: threshold(0.5, 'bytes dirtied over bytes sent in a period', [0.01, 1], 'QEMU'),
  throttleInitial: threshold(0.2, "part of the guest's speed taken at first", [0.01, 0.99], 'QEMU'),
  throttleIncrement: threshold(0.1, "part of the guest's speed taken in addition", [0.01, 0.99], 'QEMU'),
  throttleMost: threshold(0.99, "part of the guest's speed taken at most", [0.01, 0.99], 'QEMU'),
  hybridRounds: threshold(
    2,
    'live rounds before a static switch',
    [1, 75],
    'libvirt switches after 1; 2 is ours',
  ),
  stallWindow: threshold(60, 's without progress that are a stall', [1, 3600], 'KubeVirt VEP 248'),
  stallMargin: threshold(0.04, 'ratio by which a round must be better', [0, 0.5], 'KubeVirt VEP 248'),
  stallPatienceDecay: threshold(
    0.5,
    'factor on the patience each time it runs out',
    [0.01, 1],
    'KubeVirt VEP 248',
  ),
  stallBandwidthWeight: threshold(
    0.4,
    'weight of the newest bandwidth in the mean',
    [0.01, 1],
    'KubeVirt VEP 248',
  ),
  stallBandwidthDrop: threshold(
    0.5,
    'ratio of the mean bandwidth below which it waits',
    [0, 1],
    'ours: KubeVirt says no switch on a drop, not what one is',
  ),
  stallBudget: threshold(150, 's for each GiB of memory', [1, 36_000], 'KubeVirt completionTimeoutPerGiB'),
  stallBudgetFactor: threshold(2, 'budgets within which a post-copy must end', [1, 10], 'KubeVirt VEP 248'),
  stallMaxDowntime: threshold(900, 'ms of pause without post-copy', [1, 2_000_000], 'KubeVirt VEP 248'),
  stallPossibleFactor: threshold(
    1.5,
    'times stallMaxDowntime from which it is given up',
    [1, 100],
    'KubeVirt VEP 248',
  ),
} as const
