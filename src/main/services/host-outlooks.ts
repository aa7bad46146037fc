import type { HostLoad, LoadRatios, Overload } from '../../shared/model/host-load.ts'
import { type Measure, numberOf } from '../../shared/model/measure.ts'
import type { HostSample } from '../../shared/model/sample.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import type { CpuPoint } from '../core/placement/forecast-host-cpu.ts'
import { hostLoadIndex, loadIndex } from '../core/placement/load-index.ts'
import { ERRORS_NEEDED, overloadOf } from '../core/placement/overload.ts'
import type { Inventory } from '../ports/hypervisor.ts'
import { HostErrors } from './host-errors.ts'
import type { Figures } from './host-load.ts'

const ratioOf = (measure: Measure | undefined): number | null => (measure && numberOf(measure)) ?? null

/** The network's capacity is the migration link's; no server tells what its disks can do, so they are left out. */
const ratiosOf = (sample: HostSample | undefined, linkBytesPerSecond: number): LoadRatios => {
  const network = ratioOf(sample?.networkBytesPerSecond)
  return {
    cpu: ratioOf(sample?.cpuRatio),
    memory: ratioOf(sample?.memoryRatio),
    disk: null,
    network: network === null || linkBytesPerSecond <= 0 ? null : Math.min(1, network / linkBytesPerSecond),
  }
}

/** How loaded every host is, how loaded it is expected to be, and how likely it is overloaded soon. */
export class HostOutlooks {
  readonly #thresholds: Thresholds
  /** By pool: a host that one pool lost may not cost another its errors. */
  readonly #errors = new Map<string, HostErrors>()

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds
  }

  /** One tick of one pool. */
  consider({ pool, hosts }: Inventory, atMs: number, figures: Figures): readonly HostLoad[] {
    const errors = this.#errors.get(pool.id) ?? new HostErrors()
    this.#errors.set(pool.id, errors)
    const ids = new Set(hosts.map(host => host.id))
    errors.retain(id => ids.has(id))
    return hosts.map(({ id: hostId }) => {
      const sample = figures.hosts.get(hostId)
      const points = figures.hostCpus.get(hostId) ?? []
      compare(errors, sample)
      errors.forecast(hostId, atMs, points)
      const ratios = ratiosOf(sample, pool.linkBytesPerSecond)
      return {
        hostId,
        atMs,
        index: hostLoadIndex(ratios),
        ratios,
        outlook: points.map(point => ({
          ...point,
          loadIndex: loadIndex([point.cpuRatio, ratios.memory, ratios.disk, ratios.network]),
        })),
        overload: this.#overload(points, atMs, ahead => errors.of(hostId, ahead)),
      }
    })
  }

  #overload(
    points: readonly CpuPoint[],
    atMs: number,
    errorsAt: (aheadMs: number) => readonly number[],
  ): Overload {
    if (points.length === 0)
      return { kind: 'unknown', because: 'Not every VM on it has a forecast, or none runs on it.' }
    const found = overloadOf(points, errorsAt, this.#thresholds.cpuTrigger.value)
    if (found)
      return {
        kind: 'known',
        probability: found.probability,
        atMs: atMs + found.aheadMs,
        errors: found.errors,
      }
    const least = errorsAt(points[0]?.aheadMs ?? 0).length
    return {
      kind: 'unknown',
      because: `A probability needs ${ERRORS_NEEDED} comparisons of forecasts with what came; there are ${least} yet.`,
    }
  }
}

/** A reading was taken some seconds before the tick that tells it. */
const compare = (errors: HostErrors, sample: HostSample | undefined): void => {
  if (!sample || sample.cpuRatio.origin === 'unavailable') return
  errors.measured(sample.hostId, sample.atMs - sample.cpuRatio.ageMs, sample.cpuRatio.value)
}
