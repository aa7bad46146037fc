import type { breachContract } from '../../shared/contract/breach.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { Store } from '../ports/store.ts'

export const breachHandlers = ({ store }: { store: Store }): Handlers<typeof breachContract> => ({
  'breach.list': async ({ limit }) => ({ breaches: await store.breaches(limit) }),
})
