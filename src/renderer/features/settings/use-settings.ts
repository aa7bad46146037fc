import { useEffect, useState } from 'react'
import type { SettingsItem } from '../../../shared/contract/settings.ts'
import { type FailureReport, reportOf } from '../../../shared/failure.ts'
import { useClient } from '../../state/index.ts'

interface Followed {
  /** Null before the first answer. */
  readonly item: SettingsItem | null
  readonly failure: FailureReport | null
}

/** The settings of Longshore itself, for as long as somebody looks. */
export const useSettings = (): Followed => {
  const client = useClient()
  const [followed, setFollowed] = useState<Followed>({ item: null, failure: null })
  useEffect(() => {
    if (!client) return
    const abort = new AbortController()
    const follow = async () => {
      try {
        for await (const item of client.stream('settings.watch', {}, abort.signal))
          setFollowed({ item, failure: null })
      } catch (error) {
        if (abort.signal.aborted) return
        const failure = reportOf(error, { what: 'The settings cannot be read', remedy: 'Reload the window.' })
        setFollowed(({ item }) => ({ item, failure }))
      }
    }
    void follow()
    return () => abort.abort()
  }, [client])
  return followed
}
