import type { Threshold } from '../../../shared/model/threshold.ts'
import { policyThresholds } from './policy-thresholds.ts'
import { threshold } from './threshold.ts'

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
  knnDowntimeLimit: threshold(
    50,
    'ms of predicted downtime below which S4 stops',
    [1, 5000],
    'S4, which prints 0.05 ms',
  ),
  restCadence: threshold(
    60,
    's between two dirty-rate readings of a VM at rest',
    [5, 600],
    'ours: a window of 1 s then costs a VM 1/60 of its time under log-dirty',
  ),
  riseCadence: threshold(
    5,
    's between two dirty-rate readings of a VM that rises',
    [2, 60],
    'ours: as often as XenServer has new metrics, and what the forecaster was trained for',
  ),
  curveCadence: threshold(
    1800,
    's between two dirty curves of a VM at rest',
    [300, 86_400],
    'ours: its windows, 5.1 s beyond the usual one, then cost a VM 0.3 % of its time under log-dirty',
  ),
  riseShare: threshold(
    0.25,
    'dirty rate, forecast or estimate over theta from which a VM rises',
    [0.05, 1],
    'ours: two doublings below theta',
  ),
  riseFactor: threshold(
    1.5,
    'CPU, disk reads or network receive over their own level of the last two minutes',
    [1.1, 10],
    'ours, a guess: docs/sampling.md says how often it is right',
  ),
  riseLeast: threshold(
    0.02,
    'pages that a risen feature stands for, over theta',
    [0, 1],
    'ours: less cannot bring a VM near theta soon',
  ),
  readingsPerHost: threshold(
    2,
    'dirty-rate windows at once',
    [1, 16],
    'ours: each pauses its VM for an instant',
  ),
  firstReadingWithin: threshold(60, 's from first sight to a first dirty-rate reading', [5, 600], 'ours'),
  maskAge: threshold(
    20,
    's: the forecaster is not shown an older dirty rate',
    [1, 60],
    "ours: the network's whole window; measured in docs/sampling.md",
  ),
  dirtyHold: threshold(
    180,
    's for which a dirty rate is carried on without a new reading',
    [10, 3600],
    'ours: three cadences at rest',
  ),
  maxConcurrentPerHost: threshold(2, 'migrations', [1, 10], "Xen Orchestra's load balancer"),
  maxConcurrentPerLink: threshold(3, 'migrations', [1, 10], "XenServer's limit for storage migrations"),
  scheduleGrace: threshold(
    600,
    's after its time within which a scheduled migration may still begin',
    [10, 86_400],
    'ours, a guess: later the moment it was chosen for has passed',
  ),
  costTotal: threshold(1, 'weight of the total time over its physical bound', [0, 100], 'ours'),
  costUnavailability: threshold(1, 'weight of the unavailability over slaDowntime', [0, 100], 'ours'),
  costBytes: threshold(0.5, 'weight of the bytes sent over the bytes with content', [0, 100], 'ours'),
  costSlowDown: threshold(1, "weight of the guest's lost time over the total time", [0, 100], 'ours'),
  ...policyThresholds,
} as const satisfies Readonly<Record<string, Threshold>>

export type ThresholdName = keyof typeof defaultThresholds
export type Thresholds = Readonly<Record<ThresholdName, Threshold>>
