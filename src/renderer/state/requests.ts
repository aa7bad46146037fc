import type { AppClient } from '../../shared/contract/index.ts'
import { reportOf } from '../../shared/failure.ts'
import type { AutomationLevel } from '../../shared/model/connection.ts'
import type { Migration, PolicyName } from '../../shared/model/migration.ts'
import type { Operation } from '../../shared/model/operation.ts'
import type { ScheduledMigration } from '../../shared/model/schedule.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { formatBytes } from '../../shared/units.ts'
import { linkStore } from './link-store.ts'
import { expectOwnStop } from './notice-store.ts'
import { toastDone, toastFailed } from './toast-store.ts'

/** Asks main for something the operator wants; says how it went in a toast. Undefined when it failed. */
const ask = async <T>(
  request: (client: AppClient) => Promise<T>,
  done: (answer: T) => string,
): Promise<T | undefined> => {
  const { client } = linkStore.getState()
  if (!client) {
    toastFailed({
      code: 'closed',
      message: 'Nothing was asked: this window has lost Longshore.',
      remedy: 'Wait until it is connected again, then repeat.',
    })
    return undefined
  }
  try {
    const answer = await request(client)
    toastDone(done(answer))
    return answer
  } catch (error) {
    toastFailed(
      reportOf(error, {
        what: 'This window met an error of its own',
        remedy: 'Try again; reload the window if it comes back.',
      }),
    )
    return undefined
  }
}

/** Starts a live migration; without a destination the advisor picks one. Resolves to its id, or undefined. */
export const startMigration = async (
  vm: Vm,
  choice: {
    readonly destinationHostId?: string
    readonly networkId?: string
    readonly policy?: PolicyName
  } = {},
): Promise<string | undefined> => {
  const answer = await ask(
    client => client.call('migration.start', { vmId: vm.id, ...choice }),
    () => `Migration of ${vm.name} started.`,
  )
  return answer?.migrationId
}

const asked = { switch: 'Switch to post-copy', 'stop-and-copy': 'Stop-and-copy', cancel: 'Cancel' } as const

/** Tells a running migration to switch, to stop and copy, or to cancel. */
export const controlMigration = (migration: Migration, command: keyof typeof asked): Promise<unknown> =>
  ask(
    client => client.call('migration.control', { migrationId: migration.id, command }),
    () => `${asked[command]} asked for ${migration.vmName}.`,
  )

/** Bounds what a running migration sends until its VM is paused; null: as much as the link carries. */
export const setBandwidth = (migration: Migration, bytesPerSecond: number | null): Promise<unknown> =>
  ask(
    client => client.call('migration.setBandwidth', { migrationId: migration.id, bytesPerSecond }),
    () =>
      bytesPerSecond === null
        ? `No bandwidth limit for ${migration.vmName} any more.`
        : `At most ${formatBytes(bytesPerSecond)}/s for ${migration.vmName}.`,
  )

export const setLevel = (connectionId: string, name: string, level: AutomationLevel): Promise<unknown> =>
  ask(
    client => client.call('connection.setLevel', { connectionId, level }),
    () => `${name} is now on ${level}.`,
  )

export const requestStop = (): Promise<unknown> => {
  expectOwnStop()
  return ask(
    client => client.call('automation.stop', {}),
    ({ cancelling }) =>
      cancelling === 0
        ? 'Stopped: nothing is started by itself. No migration had to be cancelled.'
        : `Stopped: nothing is started by itself. Cancelling ${cancelling} ${cancelling === 1 ? 'migration' : 'migrations'}.`,
  )
}

export const requestResume = (): Promise<unknown> =>
  ask(
    client => client.call('automation.resume', {}),
    () => 'Resumed: each connection acts by its level again.',
  )

export const requestOperationCancel = ({ id, title }: Operation): Promise<unknown> =>
  ask(
    client => client.call('operation.cancel', { operationId: id }),
    () => `Cancel asked for: ${title}.`,
  )

/** Has a live migration begin at pool time `atMs`. */
export const scheduleMigration = (
  vm: Vm,
  choice: { readonly atMs: number; readonly destinationHostId?: string; readonly policy?: PolicyName },
): Promise<unknown> =>
  ask(
    client => client.call('schedule.add', { vmId: vm.id, ...choice }),
    () => `Migration of ${vm.name} scheduled.`,
  )

export const requestScheduleRemoval = ({ id, vmName }: ScheduledMigration): Promise<unknown> =>
  ask(
    client => client.call('schedule.remove', { scheduleId: id }),
    () => `The scheduled migration of ${vmName} is taken back.`,
  )
