import { useEffect, useState } from 'react'
import { Failure } from '../../../shared/failure.ts'
import { useClient } from '../../state/index.ts'
import type { DestinationChecks } from './destination-choices.ts'

const ASKING: DestinationChecks = { kind: 'asking' }

/** What the pool says of each host as this VM's destination, asked once when somebody looks. */
export const useDestinationChecks = (vmId: string): DestinationChecks => {
  const client = useClient()
  const [checks, setChecks] = useState<DestinationChecks>(ASKING)
  useEffect(() => {
    setChecks(ASKING)
    if (!client) return
    const abort = new AbortController()
    const ask = async () => {
      try {
        const { hosts } = await client.call('migration.check', { vmId }, abort.signal)
        setChecks({
          kind: 'told',
          refusals: new Map(hosts.map(host => [host.hostId, host.refusal])),
          copiesDisk: new Set(hosts.flatMap(host => (host.copiesDisk ? [host.hostId] : []))),
          networks: new Map(hosts.map(host => [host.hostId, host.networks])),
        })
      } catch (error) {
        if (abort.signal.aborted) return
        const because = error instanceof Failure ? error.message : 'The hosts could not be checked.'
        setChecks({ kind: 'failed', because })
      }
    }
    void ask()
    return () => abort.abort()
  }, [client, vmId])
  return checks
}
