import type { poolContract } from '../../shared/contract/pool.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { PoolHeat } from '../services/pool-heat.ts'
import type { WorkloadShapes } from '../services/workload-shapes.ts'

export const poolHandlers = ({
  poolHeat,
  workloadShapes,
}: {
  poolHeat: PoolHeat
  workloadShapes: WorkloadShapes
}): Handlers<typeof poolContract> => ({
  'pool.heat': order => poolHeat.heat(order),
  'pool.shapes': ({ poolId }) => workloadShapes.shapes(poolId),
  'pool.makers': async order => ({ makers: await poolHeat.makers(order) }),
})
