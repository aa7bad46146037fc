import { operationStore } from '../operation-store.ts'
import { requestOperationCancel } from '../requests.ts'
import { type Action, CUT_OFF } from './action.ts'

export const cancelOperation: Action<'operation'> = {
  id: 'cancel-operation',
  of: 'operation',
  label: 'Cancel',
  validate: ({ operationId }, { operations, isCutOff }) => {
    if (isCutOff) return CUT_OFF
    const operation = operations.byId.get(operationId)
    if (!operation) return 'It is no longer known; it may have ended long ago.'
    if (operation.state !== 'running') return `It has ended: ${operation.state}.`
    if (operation.cancellable) return null
    return operation.kind === 'task'
      ? 'Its pool does not let it be cancelled from here.'
      : 'Past its point of no return: it can only go on.'
  },
  run: ({ operationId }) => {
    const operation = operationStore.getState().byId.get(operationId)
    return operation && requestOperationCancel(operation)
  },
}
