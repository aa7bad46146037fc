import { useEffect, useState } from 'react'
import type { AppClient } from '../../../shared/contract/index.ts'
import { Failure } from '../../../shared/failure.ts'
import type { WhatIfItem } from '../../../shared/model/what-if.ts'
import { useClient } from '../../state/index.ts'

export type WhatIfState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asked' }
  | WhatIfItem
  | { readonly kind: 'failed'; readonly because: string }

export type WhatIfSubject =
  | { readonly kind: 'migration'; readonly id: string }
  | { readonly kind: 'vm'; readonly id: string }

const ask = (
  client: AppClient,
  { kind, id }: WhatIfSubject,
  signal: AbortSignal,
): AsyncIterable<WhatIfItem> =>
  kind === 'migration'
    ? client.stream('migration.compare', { migrationId: id }, signal)
    : client.stream('vm.simulate', { vmId: id }, signal)

/** A comparison of policies, asked for with `begin`; it goes on in main when nobody looks any more. */
export const useWhatIf = ({
  kind,
  id,
}: WhatIfSubject): { readonly state: WhatIfState; readonly begin: () => void } => {
  const client = useClient()
  const [state, setState] = useState<WhatIfState>({ kind: 'idle' })
  const [times, setTimes] = useState(0)
  useEffect(() => {
    if (!client || times === 0) return
    const abort = new AbortController()
    const follow = async () => {
      setState({ kind: 'asked' })
      try {
        for await (const item of ask(client, { kind, id }, abort.signal)) setState(item)
      } catch (error) {
        if (abort.signal.aborted) return
        const because =
          error instanceof Failure
            ? `${error.message} ${error.remedy}`
            : 'The policies could not be compared.'
        setState({ kind: 'failed', because })
      }
    }
    void follow()
    return () => abort.abort()
  }, [client, kind, id, times])
  return { state, begin: () => setTimes(before => before + 1) }
}
