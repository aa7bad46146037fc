import { useEffect, useState } from 'react'
import type { PoolShapes } from '../../../shared/contract/pool.ts'
import { Failure } from '../../../shared/failure.ts'
import { useClient, useFleet } from '../../state/index.ts'

export type ShapesState =
  | { readonly state: 'reading' }
  | { readonly state: 'read'; readonly shapes: PoolShapes }
  | { readonly state: 'failed'; readonly because: string }

const EVERY_MS = 60_000

/** The shapes of a pool's workloads, asked for anew each minute of its time; without a pool nothing is asked. */
export const useShapes = (poolId: string | undefined): ShapesState => {
  const client = useClient()
  const minute = useFleet(s => {
    const nowMs = poolId === undefined ? undefined : s.poolTimeMs.get(poolId)
    return nowMs === undefined ? null : Math.floor(nowMs / EVERY_MS)
  })
  const [state, setState] = useState<ShapesState>({ state: 'reading' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new minute asks again
  useEffect(() => {
    if (!client || poolId === undefined) return
    const abort = new AbortController()
    client.call('pool.shapes', { poolId }, abort.signal).then(
      shapes => setState({ state: 'read', shapes }),
      error => {
        if (abort.signal.aborted) return
        setState({
          state: 'failed',
          because: error instanceof Failure ? error.message : 'The workloads could not be sorted by shape.',
        })
      },
    )
    return () => abort.abort()
  }, [client, poolId, minute])
  return state
}
