import type { PoolShapes } from '../../../shared/contract/pool.ts'
import type { ShapeGroup } from '../../../shared/model/workload-shape.ts'
import { formatDuration, formatRatio, pageRateInMib, threeFigures } from '../../../shared/units.ts'
import type { HeatGroup } from './heat-lines.ts'

/** `periodic, every 40:30: 3 VMs, CPU 12%, 3.10 MiB/s dirty`. */
const shapeHeading = (
  { word, periodMs, cpuRatio, dirtyPagesPerSecond }: ShapeGroup,
  count: number,
): string => {
  const every = periodMs === null ? '' : `, every ${formatDuration(periodMs)}`
  const figures = `CPU ${formatRatio(cpuRatio)}, ${threeFigures(pageRateInMib(dirtyPagesPerSecond))} MiB/s dirty`
  return `${word}${every}: ${count} VM${count === 1 ? '' : 's'}, ${figures}`
}

/** `ids` (in the order they are to stand in) under the shapes of their workloads; what has none yet comes last. */
export const shapeGroups = (shapes: PoolShapes | null, ids: readonly string[]): readonly HeatGroup[] => {
  const shapeOf = new Map(shapes?.groups.flatMap((group, at) => group.vmIds.map(id => [id, at] as const)))
  const rest = ids.filter(id => !shapeOf.has(id))
  const sorted = (shapes?.groups ?? []).map((group, at) => {
    const members = ids.filter(id => shapeOf.get(id) === at)
    return { heading: shapeHeading(group, members.length), ids: members }
  })
  return [
    ...sorted,
    { heading: shapes === null ? null : 'shape not known yet: it takes ten minutes of figures', ids: rest },
  ]
}
