import { useState } from 'react'
import type { AppClient } from '../../../shared/contract/index.ts'
import { type FailureReport, reportOf } from '../../../shared/failure.ts'
import { useClient } from '../../state/index.ts'

const CUT_OFF: FailureReport = {
  code: 'closed',
  message: 'Nothing was asked: this window has lost Longshore.',
  remedy: 'Wait until it is connected again, then repeat.',
}

/** One request at a time, its failure shown where it was asked rather than in a toast. */
export const useRequest = () => {
  const client = useClient()
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<FailureReport | null>(null)
  /** Resolves to the answer; undefined when it failed. */
  const ask = async <T>(request: (client: AppClient) => Promise<T>): Promise<T | undefined> => {
    if (!client) {
      setFailure(CUT_OFF)
      return undefined
    }
    setBusy(true)
    setFailure(null)
    try {
      return await request(client)
    } catch (error) {
      setFailure(
        reportOf(error, { what: 'This failed', remedy: 'Try again; reload the window if it comes back.' }),
      )
      return undefined
    } finally {
      setBusy(false)
    }
  }
  return { ask, isBusy, failure, clear: () => setFailure(null) }
}
