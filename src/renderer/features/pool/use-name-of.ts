import { useCallback } from 'react'
import { useFleet } from '../../state/index.ts'

/** Names of hosts and VMs by id. */
export const useNameOf = (): ((id: string) => string) => {
  const hostsById = useFleet(s => s.hostsById)
  const vmsById = useFleet(s => s.vmsById)
  return useCallback((id: string) => (hostsById.get(id) ?? vmsById.get(id))?.name ?? id, [hostsById, vmsById])
}
