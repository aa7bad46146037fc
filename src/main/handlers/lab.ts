import type { labContract } from '../../shared/contract/lab.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { RealLabDesk } from '../services/real-lab-desk.ts'

export const labHandlers = ({
  realLab,
}: {
  realLab: Pick<RealLabDesk, 'start' | 'stop'>
}): Handlers<typeof labContract> => ({
  'lab.startReal': () => realLab.start(),
  'lab.stopReal': () => realLab.stop(),
})
