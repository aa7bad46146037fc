import { useEffect, useState } from 'react'
import { Failure } from '../../../shared/failure.ts'
import type { VmSeries } from '../../../shared/model/sample.ts'
import { RING_MS, useClient, useFleet } from '../../state/index.ts'
import { storedStretch, type TimeView } from './time-view.ts'

/** `sinceMs` is wall-clock ms since when the history is awaited. */
export type StoredSeries =
  | { readonly state: 'reading'; readonly sinceMs: number }
  | { readonly state: 'read'; readonly series: VmSeries }
  | { readonly state: 'failed'; readonly because: string }

/** How often the store is read again, in pool time: before the window's own ring has left a gap behind. */
const STRETCH_MS = RING_MS / 2

/** The stored history that a view needs; what is newer is in the window's own ring. */
export const useSeries = (vmId: string, view: TimeView): StoredSeries => {
  const client = useClient()
  const stretch = useFleet(state => {
    const poolMs = state.poolTimeMs.get(state.vmsById.get(vmId)?.poolId ?? '')
    return poolMs === undefined ? null : Math.floor(poolMs / STRETCH_MS)
  })
  const { rangeMs } = view
  const fixed = view.fixed && storedStretch(view.fixed)
  const liveToMs = stretch === null ? null : (stretch + 1) * STRETCH_MS
  const toMs = fixed ? fixed.toMs : liveToMs
  const fromMs = fixed ? fixed.fromMs : liveToMs === null ? null : liveToMs - STRETCH_MS - rangeMs
  const [stored, setStored] = useState<StoredSeries>(() => ({ state: 'reading', sinceMs: Date.now() }))
  useEffect(() => {
    if (!client || fromMs === null || toMs === null) return
    const abort = new AbortController()
    client.call('vm.series', { vmId, fromMs, toMs }, abort.signal).then(
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
  }, [client, vmId, fromMs, toMs])
  return stored
}
