import type { operationContract } from '../../shared/contract/operation.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { Operations } from '../services/operations.ts'

export const operationHandlers = ({
  operations,
}: {
  operations: Operations
}): Handlers<typeof operationContract> => ({
  'operation.watch': async function* (_, signal) {
    for await (const changed of operations.states.watch(signal)) yield { operations: changed }
  },
  'operation.cancel': ({ operationId }) => {
    operations.cancel(operationId)
    return null
  },
})
