import type { AppStatus, appContract } from '../../shared/contract/app.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { LiveValue } from '../services/live-value.ts'

export const appHandlers = ({ status }: { status: LiveValue<AppStatus> }): Handlers<typeof appContract> => ({
  'app.watch': (_, signal) => status.watch(signal),
})
