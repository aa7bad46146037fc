import { useEffect, useState } from 'react'
import { Failure } from '../../../shared/failure.ts'
import { useClient } from '../../state/index.ts'
import { addHeat, type HeatHistory, noHeat } from './heat-history.ts'

/** The page heat of a VM since somebody looks, and the time it is seen at. */
export const useHeat = (vmId: string): { readonly history: HeatHistory; readonly nowMs: number } => {
  const client = useClient()
  const [history, setHistory] = useState(noHeat)
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    setHistory(noHeat)
    if (!client) return
    const abort = new AbortController()
    const follow = async () => {
      try {
        for await (const item of client.stream('vm.heat', { vmId }, abort.signal))
          setHistory(before => addHeat(before, item, Date.now()))
      } catch (error) {
        if (abort.signal.aborted) return
        const because =
          error instanceof Failure ? `${error.message} ${error.remedy}` : 'Page heat could not be read.'
        setHistory(before => addHeat(before, { kind: 'unavailable', because }, Date.now()))
      }
    }
    void follow()
    return () => abort.abort()
  }, [client, vmId])
  return { history, nowMs }
}
