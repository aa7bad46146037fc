import type { Threshold } from '../../../shared/model/threshold.ts'

const threshold = (
  value: number,
  unit: string,
  [min, max]: readonly [number, number],
  source: string,
): Threshold => ({
  value,
  unit,
  min,
  max,
  default: value,
  origin: 'default',
  source,
})

/** Every number that shapes a decision, with its unit, range, default and source. */
export const defaultThresholds = {
  cpuTrigger: threshold(0.8, "ratio of the host's CPU", [0.3, 1], 'S1 eq 4'),
  triggerTheta: threshold(
    0.5,
    'dirty rate over link bandwidth',
    [0.05, 2],
    'ours: recorded runs that converge never reach 0.5',
  ),
  switchTheta: threshold(
    0.7,
    'dirty rate over bandwidth in a round',
    [0.5, 0.9],
    'ours: any value in 0.5..0.9 separates recorded runs that converge from those that do not',
  ),
  maxRounds: threshold(5, 'live rounds', [1, 75], 'Xen, S4'),
  epsilonPages: threshold(50, 'pages', [0, 100_000], 'Xen'),
  pageFaultTrigger: threshold(
    2,
    "factor over the VM's own 95th percentile",
    [1, 20],
    'ours: S1 says only "high"',
  ),
  triggerDuration: threshold(30, 's', [0, 3600], 'S2 and S3; the value is ours'),
  hysteresis: threshold(0.9, 'ratio of the threshold below which a trigger re-arms', [0.5, 1], 'ours'),
  cooldown: threshold(1800, 's for each VM', [0, 86_400], "Xen Orchestra's load balancer"),
  slaDowntime: threshold(200, 'ms of unavailability', [1, 60_000], 'S1: pause under 200 ms'),
  maxConcurrentPerHost: threshold(2, 'migrations', [1, 10], "Xen Orchestra's load balancer"),
} as const satisfies Readonly<Record<string, Threshold>>

export type ThresholdName = keyof typeof defaultThresholds
export type Thresholds = Readonly<Record<ThresholdName, Threshold>>
