import { useEffect, useState } from 'react'
import { Failure } from '../../../shared/failure.ts'
import type { VmSeries } from '../../../shared/model/sample.ts'
import { RING_MS, useClient, useFleet } from '../../state/index.ts'

export type StoredSeries =
  | { readonly state: 'reading' }
  | { readonly state: 'read'; readonly series: VmSeries }
  | { readonly state: 'failed'; readonly because: string }

/** How often the store is read again, in pool time: before the window's own ring has left a gap behind. */
const STRETCH_MS = RING_MS / 2

/** The stored history of a VM over the last `rangeMs`; what is newer is in the window's own ring. */
export const useSeries = (vmId: string, rangeMs: number): StoredSeries => {
  const client = useClient()
  const stretch = useFleet(state => {
    const poolMs = state.poolTimeMs.get(state.vmsById.get(vmId)?.poolId ?? '')
    return poolMs === undefined ? null : Math.floor(poolMs / STRETCH_MS)
  })
  const [stored, setStored] = useState<StoredSeries>({ state: 'reading' })
  useEffect(() => {
    if (!client || stretch === null) return
    const abort = new AbortController()
    const toMs = (stretch + 1) * STRETCH_MS
    client.call('vm.series', { vmId, fromMs: toMs - STRETCH_MS - rangeMs, toMs }, abort.signal).then(
      series => setStored({ state: 'read', series }),
      error => {
        if (abort.signal.aborted) return
        setStored({
          state: 'failed',
          because: error instanceof Failure ? error.message : 'The history could not be read.',
        })
      },
    )
    return () => abort.abort()
  }, [client, vmId, rangeMs, stretch])
  return stored
}
