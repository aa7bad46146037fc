import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { SimulationCase } from '../../../shared/model/simulation-case.ts'

/** A host that can do everything the engine knows; all that it sends shares its link. */
export const FULL_CAPABILITIES: Capabilities = {
  dirtyRate: true,
  pageHeat: true,
  rounds: true,
  stopAndCopy: true,
  postCopy: true,
  requestsBeside: false,
  bandwidth: true,
  pageOrder: true,
  throttle: true,
  priority: true,
  diskCopy: true,
}

/** What the host of a case can do: everything but what it is said to lack. */
export const capabilitiesOf = ({ hostLacks = [] }: SimulationCase): Capabilities => ({
  ...FULL_CAPABILITIES,
  ...Object.fromEntries(hostLacks.map(ability => [ability, false])),
})
