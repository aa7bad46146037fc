import { useEffect, useState } from 'react'
import type { HeatItem } from '../../../shared/contract/vm.ts'
import { Failure } from '../../../shared/failure.ts'
import { useClient } from '../../state/index.ts'

/** The page heat of a VM while somebody looks; null before the first answer. */
export const useHeat = (vmId: string): HeatItem | null => {
  const client = useClient()
  const [item, setItem] = useState<HeatItem | null>(null)
  useEffect(() => {
    setItem(null)
    if (!client) return
    const abort = new AbortController()
    const follow = async () => {
      try {
        for await (const next of client.stream('vm.heat', { vmId }, abort.signal)) setItem(next)
      } catch (error) {
        if (abort.signal.aborted) return
        const because =
          error instanceof Failure ? `${error.message} ${error.remedy}` : 'Page heat could not be read.'
        setItem({ kind: 'unavailable', because })
      }
    }
    void follow()
    return () => abort.abort()
  }, [client, vmId])
  return item
}
