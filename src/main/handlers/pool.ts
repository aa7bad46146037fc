import type { poolContract } from '../../shared/contract/pool.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { PoolHeat } from '../services/pool-heat.ts'

export const poolHandlers = ({ poolHeat }: { poolHeat: PoolHeat }): Handlers<typeof poolContract> => ({
  'pool.heat': order => poolHeat.heat(order),
  'pool.makers': async order => ({ makers: await poolHeat.makers(order) }),
})
