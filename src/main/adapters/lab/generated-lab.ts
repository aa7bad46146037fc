import { GIB, gbitPerSecond } from '../../../shared/units.ts'
import { Random } from '../../core/numeric/random.ts'
import {
  CONTROL_DOMAIN_BYTES,
  type LabConfig,
  type LabHostConfig,
  type LabVmConfig,
  type LabWorkloadConfig,
} from './lab-config.ts'

export interface LabSize {
  readonly hosts: number
  readonly vms: number
  readonly seed: number
}

type Kind = Exclude<LabWorkloadConfig['kind'], 'steady'>
type Sketch = Omit<LabVmConfig, 'name' | 'host'> & { readonly role: string }

/** Of fifty VMs, how many are of which kind (guess at an office's pool). */
const DECK: readonly (readonly [Kind, number])[] = [
  ['idle', 20],
  ['daily', 12],
  ['trace', 8],
  ['batch', 4],
  ['storm', 3],
  ['cpu', 2],
  ['memory-test', 1],
]

/** Recorded VMs with their cores and a quarter of their memory, to the nearest power of two, 1 to 8 GiB. */
const RECORDED = [
  { trace: '41', vcpuCount: 8, gib: 4 },
  { trace: '61', vcpuCount: 8, gib: 8 },
  { trace: '69', vcpuCount: 8, gib: 8 },
  { trace: '81', vcpuCount: 8, gib: 8 },
  { trace: '89', vcpuCount: 2, gib: 2 },
  { trace: '185', vcpuCount: 4, gib: 4 },
  { trace: '193', vcpuCount: 4, gib: 4 },
  { trace: '209', vcpuCount: 1, gib: 1 },
  { trace: '237', vcpuCount: 2, gib: 2 },
] as const

/** The same size and seed give the same pool: hosts alike, each with room for what another one carries. */
export const generateLab = (poolName: string, { hosts, vms, seed }: LabSize): LabConfig => {
  const random = new Random(seed)
  const sketches = kindsOf(vms, random).map(kind => sketchOf(kind, random))
  const loads = Array.from({ length: hosts }, (_, i) => ({ name: `host-${i + 1}`, bytes: 0, vcpus: 0 }))
  const digits = Math.max(2, String(vms).length)
  const placed = sketches.map(({ role, ...sketch }, index): LabVmConfig => {
    const load = loads.reduce((least, next) => (next.bytes < least.bytes ? next : least))
    load.bytes += sketch.memoryBytes
    load.vcpus += sketch.vcpuCount
    return { ...sketch, name: `${role}-${String(index + 1).padStart(digits, '0')}`, host: load.name }
  })
  const size = hostSize(loads)
  return {
    poolName,
    hosts: loads.map(({ name }, index) => ({ name, address: `127.0.0.${index + 1}`, ...size })),
    vms: placed,
    linkBytesPerSecond: gbitPerSecond(10),
    roundTripMs: 0.2,
    handshakeMs: 30,
    handshakeSpreadMs: 20,
    zeroShare: 0.2,
    msPerTraceRow: 10_000,
    remark: 'Recorded Bitbrains rows of 300 s play in 10 s',
  }
}

const kindsOf = (count: number, random: Random): readonly Kind[] => {
  const deck = DECK.flatMap(([kind, cards]) => Array.from({ length: cards }, () => kind))
  const kinds: Kind[] = []
  while (kinds.length < count) kinds.push(...random.shuffled(deck))
  return kinds.slice(0, count)
}

type Load = { readonly bytes: number; readonly vcpus: number }
const MEMORY_STEP = 16 * GIB
const CPU_STEP = 8
/** As many CPUs as Xen's own tool stack is built for. */
const MOST_CPUS = 512

/** Room for one host's VMs on the others, or for one VM of 8 GiB; two vCPUs to a CPU. */
const hostSize = (loads: readonly Load[]): Pick<LabHostConfig, 'cpuCount' | 'memoryBytes'> => {
  const most = Math.max(...loads.map(({ bytes }) => bytes))
  const share = loads.length > 1 ? most / (loads.length - 1) : 0
  const needed = CONTROL_DOMAIN_BYTES + most + Math.max(8 * GIB, share + 8 * GIB)
  const vcpus = Math.max(...loads.map(load => load.vcpus))
  return {
    memoryBytes: Math.ceil(needed / MEMORY_STEP) * MEMORY_STEP,
    cpuCount: Math.min(MOST_CPUS, Math.max(CPU_STEP, Math.ceil(vcpus / 2 / CPU_STEP) * CPU_STEP)),
  }
}

const sketchOf = (kind: Kind, random: Random): Sketch => {
  const among = <T>(first: T, ...others: readonly T[]): T =>
    others[random.below(others.length + 1) - 1] ?? first
  const between = (low: number, high: number) => Math.round(low + (high - low) * random.unit())
  const sketch = (
    role: string,
    description: string,
    rest: Size & { readonly workload: LabWorkloadConfig },
  ) => {
    const { gib, vcpuCount, workload } = rest
    return { role, description, memoryBytes: gib * GIB, vcpuCount, workload }
  }
  switch (kind) {
    case 'idle':
      return sketch('idle', 'Waits for work', {
        gib: among(1, 2),
        vcpuCount: among(1, 2),
        workload: { kind: 'idle' },
      })
    case 'daily': {
      const [peakHour, percent] = [between(8, 20), between(20, 70)]
      return sketch('web', `Web server, most visitors at ${peakHour}:00 UTC`, {
        gib: among(2, 4),
        vcpuCount: among(2, 4),
        workload: { kind: 'daily', peakHour, peakCpuRatio: percent / 100 },
      })
    }
    case 'trace': {
      const { trace, vcpuCount, gib } = RECORDED[random.below(RECORDED.length)] ?? RECORDED[0]
      const startRow = random.below(288)
      return sketch('app', `Plays Bitbrains VM ${trace} from row ${startRow}`, {
        gib,
        vcpuCount,
        workload: { kind: 'trace', trace, startRow },
      })
    }
    case 'batch': {
      const [everyMs, firstMs] = [1000 * between(300, 1800), 1000 * between(0, 300)]
      return sketch('batch', `A job every ${Math.round(everyMs / 1000)} s`, {
        gib: among(4, 8),
        vcpuCount: among(4, 8),
        workload: {
          kind: 'batch',
          firstMs,
          everyMs,
          busyMs: Math.round(everyMs * (0.2 + 0.4 * random.unit())),
        },
      })
    }
    case 'storm': {
      const [firstMs, everyMs] = [1000 * between(40, 600), 1000 * between(360, 1200)]
      return sketch('db', 'Write-heavy database: calm, then a bulk update on schedule', {
        gib: among(4, 8),
        vcpuCount: 4,
        workload: {
          kind: 'storm',
          firstMs,
          everyMs,
          rampMs: 25_000,
          lastsMs: 1000 * between(60, 150),
          peakShareOfLink: between(30, 80) / 100,
        },
      })
    }
    case 'cpu':
      return sketch('sim', 'Computes without an end, writes little', {
        gib: among(1, 2),
        vcpuCount: among(2, 4),
        workload: { kind: 'cpu' },
      })
    case 'memory-test': {
      const pagesPerSecond = 10_000 * between(5, 40)
      return sketch('memtest', `Walks through its memory at ${pagesPerSecond} pages a second`, {
        gib: among(2, 4),
        vcpuCount: among(1, 2),
        workload: { kind: 'memory-test', pagesPerSecond },
      })
    }
  }
}

interface Size {
  readonly gib: number
  readonly vcpuCount: number
}
