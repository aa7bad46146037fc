import { Command, InvalidArgumentError, Option } from 'commander'
import { Failure } from '../../shared/failure.ts'
import { type PolicyName, policyNames } from '../../shared/model/migration.ts'
import { MIB } from '../../shared/units.ts'
import { type Driven, driveMigration } from '../adapters/qemu/drive-migration.ts'
import { drivenResult } from '../adapters/qemu/driven-result.ts'
import { GuestProbe } from '../adapters/qemu/guest-probe.ts'
import { GuestPulse } from '../adapters/qemu/guest-pulse.ts'
import { type GuestAddress, qmpAddress, udpAddress } from '../adapters/qemu/hosts-file.ts'
import { isNear } from '../adapters/qemu/is-here.ts'
import { QmpClient } from '../adapters/qemu/qmp-client.ts'
import { systemClock } from '../adapters/system/system-clock.ts'
import { defaultThresholds } from '../core/decision/thresholds.ts'
import { printLine } from './print-line.ts'
import { describeResult } from './result-text.ts'
import { describeStep } from './step-text.ts'

interface MigrateOptions {
  readonly source: string
  readonly destination: string
  readonly uri: string
  readonly policy: PolicyName
  readonly bandwidth: number
  readonly slaMs: number
  readonly heartbeat: readonly string[]
  readonly probe?: GuestAddress
  readonly forwarded: boolean
  readonly json: boolean
}

/** What QEMU itself would send at most, bytes/s. */
const QEMU_BANDWIDTH = 128 * MIB

const socketAddress = (text: string): string => {
  const read = qmpAddress.safeParse(text)
  if (!read.success) throw new InvalidArgumentError('It is tcp:HOST:PORT, unix:/PATH or /PATH.')
  return read.data
}

const atLeast =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`)
    return value
  }

const guestAddress = (text: string): GuestAddress => {
  const read = udpAddress.safeParse(text)
  if (!read.success) throw new InvalidArgumentError('It is HOST:PORT or [IPv6]:PORT.')
  return read.data
}

const migrationUri = (text: string): string => {
  if (!/^(tcp:.+:\d{1,5}|unix:\/.+)$/.test(text))
    throw new InvalidArgumentError('It is tcp:HOST:PORT or unix:/PATH; post-copy needs a way back.')
  return text
}

const notMoved = (outcome: string, why: string): Failure =>
  new Failure({
    code: 'conflict',
    message: `The VM was not moved (${outcome}): ${why}`,
    remedy: 'See the lines above for what happened when.',
  })

const left = (): Failure =>
  new Failure({
    code: 'closed',
    message: 'Nobody leads the migration any more; where it has begun, it goes on.',
    remedy: 'Ask the source by query-migrate how it stands; migrate_cancel ends it while the VM runs there.',
  })

const thresholdsFor = (slaMs: number) => ({
  ...defaultThresholds,
  slaDowntime: { ...defaultThresholds.slaDowntime, value: slaMs },
})

const migrate = async (options: MigrateOptions): Promise<void> => {
  const { json, slaMs, heartbeat } = options
  const source = new QmpClient(options.source)
  const destination = new QmpClient(options.destination)
  const pulse = heartbeat.length > 0 ? new GuestPulse(heartbeat) : null
  const probe = options.probe && new GuestProbe(options.probe)
  const isHere = (address: string): boolean => !options.forwarded && isNear(address)
  const [cancel, leave] = [new AbortController(), new AbortController()]
  const close = () => Promise.all([source.close(), destination.close()])
  const stop = (): void => {
    if (cancel.signal.aborted) {
      leave.abort(left())
      // A QEMU that says nothing holds nobody up then.
      void close()
    }
    cancel.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const onStep = (step: Driven): void => {
    const text = json ? JSON.stringify(step) : describeStep(step)
    if (text !== null) void printLine(text)
  }
  try {
    const driven = await driveMigration(
      {
        source,
        destination,
        here: { source: isHere(options.source), destination: isHere(options.destination) },
        uri: options.uri,
        policy: options.policy,
        thresholds: thresholdsFor(slaMs),
        linkBytesPerSecond: options.bandwidth,
        pulse,
        probe,
        clock: systemClock,
      },
      { signal: cancel.signal, leave: leave.signal, onStep },
    )
    if (pulse !== null && json) await printLine(JSON.stringify({ kind: 'heartbeat', ...pulse.summary }))
    const result = drivenResult(driven, slaMs)
    await printLine(json ? JSON.stringify(result) : describeResult(result))
    const { phase, failure } = driven.migration
    if (phase !== 'completed')
      throw notMoved(phase, failure?.reason ?? 'it was cancelled and runs at its source.')
  } catch (error) {
    leave.signal.throwIfAborted()
    throw error
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    pulse?.close()
    probe?.close()
    await close()
  }
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text]

/** `longshore migrate`: one real migration between two QEMU processes. */
export const migrateCommand = new Command('migrate')
  .description('Migrate a VM between two QEMU processes that are running, under any policy.')
  .requiredOption('--qemu', 'the VM is one of QEMU; there is no other kind yet')
  .requiredOption('--source <socket>', 'QMP socket of the QEMU that runs the VM', socketAddress)
  .requiredOption(
    '--destination <socket>',
    'QMP socket of a QEMU started by the same command line and -incoming defer',
    socketAddress,
  )
  .requiredOption(
    '--uri <uri>',
    'where the destination is to listen: tcp:HOST:PORT or unix:/PATH',
    migrationUri,
  )
  .addOption(new Option('--policy <name>', 'who decides').choices(policyNames).default('longshore'))
  .option('--bandwidth <bytes>', 'most bytes sent in a second', atLeast(MIB, 2 ** 50), QEMU_BANDWIDTH)
  .option(
    '--sla-ms <ms>',
    'longest unavailability that is agreed',
    atLeast(1, 60_000),
    defaultThresholds.slaDowntime.value,
  )
  .option('--heartbeat <socket>', 'serial port of the guest, at either end; may be said twice', collect, [])
  .option('--probe <address>', 'HOST:PORT where the guest echoes what it is sent by UDP', guestAddress)
  .option('--forwarded', 'the sockets lead to other machines, as those of ssh -L do', false)
  .option('--json', 'print each event and the result as a line of JSON', false)
  .addHelpText(
    'after',
    '\nCtrl+C cancels as long as that is safe, which is until the VM is paused; once more ends this\ncommand and leaves the migration to itself. Both QEMU processes are left to whoever started them.\nExit: 0 the VM runs at its destination, 1 it does not, 2 wrong usage.',
  )
  .action(migrate)
