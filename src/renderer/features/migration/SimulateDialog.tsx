import { Modal } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { policyThere } from '../../../shared/model/capabilities.ts'
import { DEFAULT_POLICY } from '../../../shared/model/migration.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { closeDialog, useFleet } from '../../state/index.ts'
import { exportName } from './export-name.ts'
import { useWhatIf } from './use-what-if.ts'
import { WhatIfProgress } from './WhatIfProgress.tsx'
import { WhatIfResult } from './WhatIfResult.tsx'

const ABOUT = 'Simulates a migration of this VM page by page under every policy, on what it writes now.'

const Comparison = ({ vm }: { readonly vm: Vm }) => {
  const { state, begin } = useWhatIf({ kind: 'vm', id: vm.id })
  const host = useFleet(fleet => (vm.hostId === null ? undefined : fleet.hostsById.get(vm.hostId)))
  const atMs = useFleet(fleet => fleet.poolTimeMs.get(vm.poolId))
  const beginOnce = useRef(begin)
  // Who opens the dialog has asked for it.
  useEffect(() => beginOnce.current(), [])
  if (state.kind !== 'done') return <WhatIfProgress state={state} about={ABOUT} onBegin={begin} />
  const named = { vmName: vm.name, startedAtMs: atMs ?? Date.now() }
  return (
    <WhatIfResult
      whatIf={state.whatIf}
      advised={host ? policyThere(DEFAULT_POLICY, host.capabilities) : null}
      fileName={extension => exportName(named, `policies.${extension}`)}
    />
  )
}

/** What every policy would make of a VM now. */
export const SimulateDialog = ({ vmId }: { readonly vmId: string }) => {
  const vm = useFleet(fleet => fleet.vmsById.get(vmId))
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={`${vm?.name ?? 'A VM'} under every policy`}
      size="min(1160px, 92vw)"
    >
      {vm ? <Comparison vm={vm} /> : <p>This VM is no longer known; it may have been removed.</p>}
    </Modal>
  )
}
