import { Failure, isAbort } from '../../shared/failure.ts'
import { commandRecordOf, type MigrationCommand } from '../../shared/model/migration-command.ts'
import type { Hypervisor } from '../ports/hypervisor.ts'
import type { SessionRecorder } from '../ports/session-recorder.ts'

type Recorded = Pick<
  Hypervisor,
  | 'watchInventory'
  | 'readMetrics'
  | 'readDirtyRate'
  | 'readPageHeat'
  | 'startMigration'
  | 'watchMigration'
  | 'controlMigration'
>

const told = (error: unknown) =>
  error instanceof Failure
    ? { code: error.code, message: error.message }
    : { code: 'internal', message: String(error) }

/** The hypervisor itself, with everything that is seen of it and told to it kept in the session. */
export const recordedHypervisor = (
  hypervisor: Hypervisor,
  { connectionId, recorder }: { readonly connectionId: string; readonly recorder: SessionRecorder },
): Hypervisor => {
  /** What `question` answers; that it was not answered is recorded too. */
  const asked = async <T>(question: string, answer: Promise<T>): Promise<T> => {
    try {
      return await answer
    } catch (error) {
      if (!isAbort(error)) recorder.fact({ kind: 'unanswered', connectionId, question, failure: told(error) })
      throw error
    }
  }
  const recorded: Recorded = {
    async *watchInventory(signal) {
      for await (const inventory of hypervisor.watchInventory(signal)) {
        recorder.inventory(connectionId, inventory)
        yield inventory
      }
    },
    async readMetrics(signal) {
      const reading = await asked('metrics', hypervisor.readMetrics(signal))
      recorder.metrics(connectionId, reading)
      return reading
    },
    async readDirtyRate(vmId, window, signal) {
      const reading = await asked('dirty rate', hypervisor.readDirtyRate(vmId, window, signal))
      const { atMs: poolMs, windowMs, pages } = reading
      recorder.fact({ kind: 'dirty-rate', connectionId, vmId, poolMs, windowMs, pages })
      return reading
    },
    async readPageHeat(vmId, maxRegions, signal) {
      const reading = await asked('page heat', hypervisor.readPageHeat(vmId, maxRegions, signal))
      const { atMs: poolMs, regionPages, totalPages, frequency } = reading
      const writtenRegions = frequency.reduce((count, each) => count + (each > 0 ? 1 : 0), 0)
      const size = { regions: frequency.length, regionPages, totalPages, writtenRegions }
      recorder.fact({ kind: 'page-heat', connectionId, vmId, poolMs, ...size })
      return reading
    },
    async startMigration(order, signal) {
      const { id: migrationId, ...rest } = order
      recorder.fact({ kind: 'order', connectionId, migrationId, ...rest })
      const answered = (failure: ReturnType<typeof told> | null) =>
        recorder.fact({ kind: 'order-answered', connectionId, migrationId, failure })
      await answering(hypervisor.startMigration(order, signal), answered)
    },
    async *watchMigration(migrationId, afterSequence, signal) {
      for await (const event of hypervisor.watchMigration(migrationId, afterSequence, signal)) {
        recorder.fact({ kind: 'host-event', connectionId, migrationId, event })
        yield event
      }
    },
    async controlMigration(migrationId, command: MigrationCommand, signal) {
      const record = commandRecordOf(command)
      recorder.fact({ kind: 'command', connectionId, migrationId, ...record })
      const answered = (failure: ReturnType<typeof told> | null) =>
        recorder.fact({ kind: 'command-answered', connectionId, migrationId, ...record, failure })
      await answering(hypervisor.controlMigration(migrationId, command, signal), answered)
    },
  }
  // Whatever else a hypervisor offers goes through as it is.
  return new Proxy(hypervisor, {
    get: (target, name) => {
      if (Object.hasOwn(recorded, name)) return Reflect.get(recorded, name)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

const answering = async (
  done: Promise<void>,
  answered: (failure: ReturnType<typeof told> | null) => void,
): Promise<void> => {
  try {
    await done
  } catch (error) {
    answered(told(error))
    throw error
  }
  answered(null)
}
