import { z } from 'zod'
import type { Operation } from '../model/operation.ts'
import { call, stream } from '../rpc/contract.ts'

export interface OperationItem {
  readonly operations: readonly Operation[]
}

export const operationContract = {
  'operation.watch': stream<OperationItem>()(z.object({})),
  'operation.cancel': call<null>()(z.object({ operationId: z.string().min(1).max(200) })),
}
