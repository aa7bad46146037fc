import { useEffect, useState } from 'react'
import { Failure } from '../../../shared/failure.ts'
import type { Advice } from '../../../shared/model/advice.ts'
import { useClient } from '../../state/index.ts'

export type AdviceState =
  /** `sinceMs` is wall-clock ms since when it is awaited. */
  | { readonly state: 'awaiting'; readonly sinceMs: number }
  | { readonly state: 'told'; readonly advice: Advice }
  | { readonly state: 'failed'; readonly because: string }

/** What Longshore would do with a VM, while somebody looks. */
export const useAdvice = (vmId: string): AdviceState => {
  const client = useClient()
  const [state, setState] = useState<AdviceState>(() => ({ state: 'awaiting', sinceMs: Date.now() }))
  useEffect(() => {
    if (!client) return
    const abort = new AbortController()
    const follow = async () => {
      try {
        for await (const advice of client.stream('vm.advice', { vmId }, abort.signal))
          if (advice) setState({ state: 'told', advice })
      } catch (error) {
        if (abort.signal.aborted) return
        const because =
          error instanceof Failure ? `${error.message} ${error.remedy}` : 'No advice could be had.'
        setState({ state: 'failed', because })
      }
    }
    void follow()
    return () => abort.abort()
  }, [client, vmId])
  return state
}
