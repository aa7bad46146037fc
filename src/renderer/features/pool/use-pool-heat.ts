import { useEffect, useState } from 'react'
import type { HeatFigure, PoolHeat } from '../../../shared/contract/pool.ts'
import { Failure } from '../../../shared/failure.ts'
import { useClient, useFleet } from '../../state/index.ts'
import { askedAt, HEAT_STEP_MS, type HeatRange } from './heat-columns.ts'

export interface HeatQuery {
  readonly poolId: string
  readonly by: 'hosts' | 'vms'
  readonly figure: HeatFigure
  readonly range: HeatRange
}

export type PoolHeatState =
  | { readonly state: 'reading' }
  /** What it was read for, so that an answer to an earlier question is not taken for this one's. */
  | { readonly state: 'read'; readonly heat: PoolHeat; readonly query: HeatQuery }
  | { readonly state: 'failed'; readonly because: string; readonly remedy: string }

/** Lines that only fly past, as while the scroll bar is dragged, are not read. */
const REST_MS = 60

/** The heat of some rows of a pool, read again as its time goes on and when the rows change. */
export const usePoolHeat = (query: HeatQuery, rowIds: readonly string[]): PoolHeatState => {
  const client = useClient()
  const { poolId, by, figure, range } = query
  // The same rows in a new list are no reason to read again.
  const rows = JSON.stringify(rowIds)
  const step = useFleet(s => {
    const nowMs = s.poolTimeMs.get(poolId)
    return nowMs === undefined ? null : Math.floor(nowMs / HEAT_STEP_MS)
  })
  const [state, setState] = useState<PoolHeatState>({ state: 'reading' })
  useEffect(() => {
    if (!client || step === null) return
    const abort = new AbortController()
    const asked: string[] = JSON.parse(rows)
    const order = { poolId, by, figure, rowIds: asked, ...askedAt(range, step * HEAT_STEP_MS) }
    const read = () =>
      client.call('pool.heat', order, abort.signal).then(
        heat => setState({ state: 'read', heat, query: { poolId, by, figure, range } }),
        error => {
          if (abort.signal.aborted) return
          const isKnown = error instanceof Failure
          setState({
            state: 'failed',
            because: isKnown ? error.message : 'The past of this pool could not be read.',
            remedy: isKnown ? error.remedy : 'It is asked for again with the next reading.',
          })
        },
      )
    const timer = setTimeout(read, REST_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [client, poolId, by, figure, range, step, rows])
  return state
}
