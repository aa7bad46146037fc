import { z } from 'zod'
import { call } from '../rpc/contract.ts'

export const labContract = {
  /** Starts real VMs on two hosts of this machine and connects to them; what is missing is installed. */
  'lab.startReal': call<{ readonly operationId: string }>()(z.object({})),
  /** Ends them, removes what they left on this machine, and their connection. */
  'lab.stopReal': call<{ readonly operationId: string }>()(z.object({})),
}
