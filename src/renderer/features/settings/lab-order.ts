import { type Connection, realLabIds } from '../../../shared/model/connection.ts'
import type { Operation } from '../../../shared/model/operation.ts'

/** What can be done next with the lab of real VMs, and why not now; null when it can. */
export interface LabOrder {
  readonly verb: 'start' | 'stop'
  readonly disabledBecause: string | null
}

/** While an order is carried out it is the one shown: its connection comes before the end of a start, and goes before that of a stop. */
export const labOrder = (
  connections: readonly Pick<Connection, 'id'>[],
  running: readonly Pick<Operation, 'kind'>[],
): LabOrder => {
  const has = (labId: string) => connections.some(({ id }) => id === labId)
  const isUnderWay = (wanted: Operation['kind']) => running.some(({ kind }) => kind === wanted)
  if (isUnderWay('lab-start')) return { verb: 'start', disabledBecause: 'The lab is being started.' }
  if (isUnderWay('lab-stop')) return { verb: 'stop', disabledBecause: 'The lab is being stopped.' }
  if (has(realLabIds.given))
    return { verb: 'stop', disabledBecause: 'Longshore was started with this lab, which ends with it.' }
  return { verb: has(realLabIds.own) ? 'stop' : 'start', disabledBecause: null }
}
