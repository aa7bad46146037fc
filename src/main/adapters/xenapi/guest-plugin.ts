import { Failure } from '../../../shared/failure.ts'
import type { Capabilities } from '../../../shared/model/capabilities.ts'
import { MAX_HEAT_REGIONS } from '../../../shared/model/plugin.ts'
import type { DirtyRateReading, PageHeatReading } from '../../ports/hypervisor.ts'
import { notKnown } from '../system/connection-failures.ts'
import { heatReadingOf } from './heat-reading.ts'
import type { PoolView } from './inventory.ts'
import { callPlugin } from './plugin.ts'
import type { XenSession } from './session.ts'

const CALL_TIMEOUT_MS = 15_000

interface Asked {
  readonly view: PoolView
  readonly vmId: string
  readonly signal: AbortSignal
}

/** Unique pages that a guest dirties in a window, by the plugin of its host. */
export const readDirtyRate = (
  session: XenSession,
  { view, vmId, signal }: Asked,
  windowMs: number,
): Promise<DirtyRateReading> => {
  const hostRef = residentHost(view, vmId, 'dirtyRate')
  const args = { vm: vmId, window_ms: String(Math.round(windowMs)) }
  return callPlugin(
    session,
    { hostRef, fn: 'dirty_rate', args },
    { signal, timeoutMs: windowMs + CALL_TIMEOUT_MS },
  )
}

/** How a guest writes its memory, by the plugin of its host. */
export const readPageHeat = async (
  session: XenSession,
  { view, vmId, signal }: Asked,
  maxRegions: number,
): Promise<PageHeatReading> => {
  const hostRef = residentHost(view, vmId, 'pageHeat')
  const most = Math.max(1, Math.min(maxRegions, MAX_HEAT_REGIONS))
  const args = { vm: vmId, max_regions: String(most) }
  const options = { signal, timeoutMs: CALL_TIMEOUT_MS }
  return heatReadingOf(await callPlugin(session, { hostRef, fn: 'page_heat', args }, options), most)
}

/** Where to call for `vmId`, on a host that can do what is asked. */
const residentHost = (
  { vms, hosts, hostRefs }: PoolView,
  vmId: string,
  ability: keyof Capabilities,
): string => {
  const vm = vms.get(vmId)
  if (vm === undefined) throw notKnown('The VM')
  const host = vm.hostId === null ? undefined : hosts.get(vm.hostId)
  const hostRef = host && hostRefs.get(host.id)
  if (host === undefined || hostRef === undefined)
    throw new Failure({
      code: 'conflict',
      message: `${vm.name} does not run on any host.`,
      remedy: 'Start the VM first.',
    })
  if (host.capabilities[ability]) return hostRef
  throw new Failure({
    code: 'unsupported',
    message: `${host.name} cannot do that: it carries no Longshore plugin with this function.`,
    remedy: 'Install the Longshore plugin on the host.',
  })
}
