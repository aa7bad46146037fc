import type { Client } from '../rpc/client.ts'
import type { Handlers } from '../rpc/contract.ts'
import { appContract } from './app.ts'
import { breachContract } from './breach.ts'
import { connectionContract } from './connection.ts'
import { decisionContract } from './decision.ts'
import { fleetContract } from './fleet.ts'
import { labContract } from './lab.ts'
import { migrationContract } from './migration.ts'
import { operationContract } from './operation.ts'
import { poolContract } from './pool.ts'
import { scheduleContract } from './schedule.ts'
import { settingsContract } from './settings.ts'
import { vmContract } from './vm.ts'

/** Every request between a window and main. */
export const contract = {
  ...appContract,
  ...breachContract,
  ...connectionContract,
  ...decisionContract,
  ...fleetContract,
  ...labContract,
  ...migrationContract,
  ...operationContract,
  ...settingsContract,
  ...scheduleContract,
  ...poolContract,
  ...vmContract,
}
export type AppContract = typeof contract
export type AppHandlers = Handlers<AppContract>
export type AppClient = Client<AppContract>
