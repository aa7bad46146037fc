import { useEffect, useState } from 'react'
import type { HeatFigure, HeatMaker } from '../../../shared/contract/pool.ts'
import { useClient } from '../../state/index.ts'

export interface MakersQuery {
  readonly poolId: string
  readonly hostId: string
  readonly figure: HeatFigure
  readonly fromMs: number
  readonly toMs: number
}

/** A pointer that only passes asks nothing. */
const REST_MS = 150

/** The VMs that made a host's cell, once the pointer or the mark rests on it; null until they are known. */
export const useMakers = (query: MakersQuery | null): readonly HeatMaker[] | null => {
  const client = useClient()
  const key = query && JSON.stringify(query)
  const [found, setFound] = useState<{ readonly key: string; readonly makers: readonly HeatMaker[] }>()
  useEffect(() => {
    if (!client || key === null) return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      const asked: MakersQuery = JSON.parse(key)
      client.call('pool.makers', asked, abort.signal).then(
        ({ makers }) => setFound({ key, makers }),
        // The value stands there without them.
        () => {},
      )
    }, REST_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [client, key])
  return found && found.key === key ? found.makers : null
}
