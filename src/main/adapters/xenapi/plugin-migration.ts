import { Failure } from '../../../shared/failure.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { Clock } from '../../ports/clock.ts'
import { persist } from './persist.ts'
import { callPlugin } from './plugin.ts'
import type { XenSession } from './session.ts'
import { isSilence, isXenError } from './xen-error.ts'

const POLL_MS = 10_000
/** What an answer may take beyond the poll itself. */
const SLACK_MS = 20_000
const CONTROL_TIMEOUT_MS = 10_000

/** Where a migration is carried out, and by which id. */
export interface PluginMigration {
  readonly id: string
  readonly session: XenSession
  readonly clock: Clock
  /** The source's reference, asked anew each time: it changes when the server restarts. */
  readonly hostRef: () => string
}

/** The events after `afterSequence` by long poll over a connection of its own, until the migration has ended. */
export async function* watchPluginMigration(
  { id, session, clock, hostRef }: PluginMigration,
  afterSequence: number,
  signal: AbortSignal,
): AsyncGenerator<HostMigrationEvent> {
  const lane = session.lane()
  let last = afterSequence
  const poll = () =>
    callPlugin(
      lane,
      {
        hostRef: hostRef(),
        fn: 'migrate_status',
        args: { id, after: String(last), timeout_ms: String(POLL_MS) },
      },
      { signal, timeoutMs: POLL_MS + SLACK_MS },
    )
  try {
    for (;;) {
      // After a restart of the toolstack the host is known by another reference as soon as the inventory is read anew.
      const mayPass = (error: unknown) => isSilence(error) || isXenError(error, 'HANDLE_INVALID')
      const { events, ended } = await persist(poll, { clock, signal, mayPass })
      for (const event of events) {
        if (event.sequence <= last) continue
        if (event.sequence !== last + 1) throw gap(last, event.sequence)
        last = event.sequence
        yield event
      }
      if (ended) return
    }
  } finally {
    lane.close()
  }
}

const gap = (last: number, next: number): Failure =>
  new Failure({
    code: 'not-found',
    message: `The host no longer has its reports ${last + 1} to ${next - 1} of the migration.`,
    remedy: 'Look at the VM itself: the migration goes on without being watched.',
  })

/** A command as the plugin takes it: a map of strings. */
const controlArguments = (command: MigrationCommand): Readonly<Record<string, string>> => {
  switch (command.kind) {
    case 'bandwidth':
      return { command: command.kind, bytes_per_second: String(Math.round(command.bytesPerSecond ?? 0)) }
    case 'throttle':
      return { command: command.kind, speed: String(command.speed) }
    case 'priority':
      return { command: command.kind, share: String(command.share) }
    case 'page-order':
      return {
        command: command.kind,
        region_pages: String(command.regionPages),
        classes: Buffer.from(command.classes).toString('base64'),
        ...(command.live === undefined ? {} : { live: command.live }),
      }
    default:
      return { command: command.kind }
  }
}

/** Tells the host what to do next; a command that comes too late is a `conflict`, save `continue`, which then was not needed. */
export const controlPluginMigration = async (
  { id, session, hostRef }: PluginMigration,
  command: MigrationCommand,
  signal: AbortSignal,
): Promise<void> => {
  const { accepted } = await callPlugin(
    session,
    { hostRef: hostRef(), fn: 'migrate_control', args: { id, ...controlArguments(command) } },
    { signal, timeoutMs: CONTROL_TIMEOUT_MS },
  )
  if (accepted || command.kind === 'continue') return
  throw new Failure({
    code: 'conflict',
    message: `The command ${command.kind} came too late: the migration can only go forward now.`,
    remedy: 'Wait until the migration is over.',
  })
}
