import type { AppHandlers } from '../../shared/contract/index.ts'
import { appHandlers } from './app.ts'
import { breachHandlers } from './breach.ts'
import { connectionHandlers } from './connection.ts'
import { decisionHandlers } from './decision.ts'
import { fleetHandlers } from './fleet.ts'
import { labHandlers } from './lab.ts'
import { migrationHandlers } from './migration.ts'
import { operationHandlers } from './operation.ts'
import { poolHandlers } from './pool.ts'
import { scheduleHandlers } from './schedule.ts'
import { settingsHandlers } from './settings.ts'
import { vmHandlers } from './vm.ts'

type Services = Parameters<typeof appHandlers>[0] &
  Parameters<typeof breachHandlers>[0] &
  Parameters<typeof connectionHandlers>[0] &
  Parameters<typeof decisionHandlers>[0] &
  Parameters<typeof fleetHandlers>[0] &
  Parameters<typeof labHandlers>[0] &
  Parameters<typeof migrationHandlers>[0] &
  Parameters<typeof operationHandlers>[0] &
  Parameters<typeof settingsHandlers>[0] &
  Parameters<typeof scheduleHandlers>[0] &
  Parameters<typeof poolHandlers>[0] &
  Parameters<typeof vmHandlers>[0]

/** Every request of the contract, answered by its service. */
export const handlersOf = (services: Services): AppHandlers => ({
  ...appHandlers(services),
  ...breachHandlers(services),
  ...connectionHandlers(services),
  ...decisionHandlers(services),
  ...fleetHandlers(services),
  ...labHandlers(services),
  ...migrationHandlers(services),
  ...operationHandlers(services),
  ...settingsHandlers(services),
  ...scheduleHandlers(services),
  ...poolHandlers(services),
  ...vmHandlers(services),
})
