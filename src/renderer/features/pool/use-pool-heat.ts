import { useEffect, useState } from 'react'
import type { HeatFigure, PoolHeat } from '../../../shared/contract/pool.ts'
import { Failure } from '../../../shared/failure.ts'
import { useClient, useFleet } from '../../state/index.ts'
import { askedAt, HEAT_STEP_MS, type HeatRange } from './heat-columns.ts'

export interface HeatQuery {
  readonly poolId: string
  readonly by: 'hosts' | 'vms'
  /** Only the VMs on this host. */
  readonly hostId?: string
  readonly figure: HeatFigure
  readonly range: HeatRange
}

export type PoolHeatState =
  | { readonly state: 'reading' }
  /** What it was read for, so that an answer to an earlier question is not taken for this one's. */
  | { readonly state: 'read'; readonly heat: PoolHeat; readonly query: HeatQuery }
  | { readonly state: 'failed'; readonly because: string; readonly remedy: string }

/** The heat of a pool, read again as its time goes on. */
export const usePoolHeat = (query: HeatQuery): PoolHeatState => {
  const client = useClient()
  const { poolId, by, hostId, figure, range } = query
  const step = useFleet(s => {
    const nowMs = s.poolTimeMs.get(poolId)
    return nowMs === undefined ? null : Math.floor(nowMs / HEAT_STEP_MS)
  })
  const [state, setState] = useState<PoolHeatState>({ state: 'reading' })
  useEffect(() => {
    if (!client || step === null) return
    const abort = new AbortController()
    const asked: HeatQuery = { poolId, by, figure, range, ...(hostId === undefined ? {} : { hostId }) }
    const { range: _, ...order } = asked
    client.call('pool.heat', { ...order, ...askedAt(range, step * HEAT_STEP_MS) }, abort.signal).then(
      heat => setState({ state: 'read', heat, query: asked }),
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
    return () => abort.abort()
  }, [client, poolId, by, hostId, figure, range, step])
  return state
}
