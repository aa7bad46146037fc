import { useEffect, useState } from 'react'
import type { WorkingSetItem } from '../../../shared/contract/vm.ts'
import { Failure } from '../../../shared/failure.ts'
import { useClient } from '../../state/index.ts'

export type WorkingSetState =
  /** `sinceMs` is wall-clock ms since when the first answer is awaited. */
  | { readonly state: 'awaiting'; readonly sinceMs: number }
  | { readonly state: 'told'; readonly item: WorkingSetItem }
  | { readonly state: 'failed'; readonly because: string }

/** The working set of a VM, told anew whenever it is read. */
export const useWorkingSet = (vmId: string): WorkingSetState => {
  const client = useClient()
  const [state, setState] = useState<WorkingSetState>(() => ({ state: 'awaiting', sinceMs: Date.now() }))
  useEffect(() => {
    if (!client) return
    const abort = new AbortController()
    const follow = async () => {
      try {
        for await (const item of client.stream('vm.workingSet', { vmId }, abort.signal))
          setState({ state: 'told', item })
      } catch (error) {
        if (abort.signal.aborted) return
        setState({
          state: 'failed',
          because:
            error instanceof Failure
              ? `${error.message} ${error.remedy}`
              : 'The working set could not be read.',
        })
      }
    }
    void follow()
    return () => abort.abort()
  }, [client, vmId])
  return state
}
