import { setTimeout as delay } from 'node:timers/promises'
import { driveMigration } from '../../src/main/adapters/qemu/drive-migration.ts'
import { drivenResult } from '../../src/main/adapters/qemu/driven-result.ts'
import { QmpClient } from '../../src/main/adapters/qemu/qmp-client.ts'
import { order } from '../../src/main/adapters/qemu/qmp-commands.ts'
import { discardVm, startVm } from '../../src/main/adapters/qemu-lab/host.ts'
import type { LabParts } from '../../src/main/adapters/qemu-lab/prepare-lab.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { errorText } from '../../src/shared/failure.ts'
import type { PolicyName } from '../../src/shared/model/migration.ts'
import { MIB } from '../../src/shared/units.ts'
import { filesOn, GUEST_BYTES, type GuestListener, listenToGuest, realHosts } from '../support/real-guests.ts'
import type { QemuRun } from './qemu-cells.ts'

const NAME = 'guest'
const LINK_BYTES_PER_SECOND = 64 * MIB
/** A stock pre-copy that does not end by itself is made to after so long. */
const FORCED_AFTER_MS = 60_000
/** Between an order to the guest and a move, so that what it writes is what it was told. */
const SETTLE_MS = 1500
/** After a move, so that a late heartbeat is heard. */
const LINGER_MS = 300

export interface MoveOrder {
  /** As the guest is told. */
  readonly workload: string
  readonly policy: PolicyName
  /** Beyond settling. */
  readonly waitMs: number
  /** When the guest stops writing, from the start of the move; never by default. */
  readonly quietAfterMs?: number
}

export type Move = Omit<QemuRun, 'workload' | 'policy' | 'run'>

/** A guest that is moved to and fro between two hosts. */
export interface Shuttle {
  move(order: MoveOrder): Promise<Move>
  close(): Promise<void>
}

/** Runs `act` once after `ms`, unless what it returns is called before. */
const after = (ms: number | undefined, act: () => void): (() => void) => {
  const timer = ms === undefined ? undefined : setTimeout(act, ms)
  return () => clearTimeout(timer)
}

/** Lets QEMU send whatever is left in one pause, over the monitor that the driver does not hold. */
const force = async (control: string): Promise<void> => {
  const qmp = new QmpClient(control)
  try {
    await qmp.ask(order('migrate-set-parameters', { 'downtime-limit': 2_000_000 }))
  } finally {
    await qmp.close()
  }
}

/** A move may end while it is being forced to; anything else shows in its figures. */
const tellFailure = (error: unknown) => process.stderr.write(`not forced to end: ${errorText(error)}\n`)

const drive = async (
  { here, there, guest }: { readonly here: string; readonly there: string; readonly guest: GuestListener },
  { policy, quietAfterMs }: MoveOrder,
): Promise<Omit<Move, 'corruptPages'>> => {
  const [from, to] = [filesOn(here, NAME), filesOn(there, NAME)]
  const [source, destination] = [new QmpClient(from.qmp), new QmpClient(to.qmp)]
  const forcedAfterMs = policy === 'pre-copy-qemu' && quietAfterMs === undefined ? FORCED_AFTER_MS : undefined
  let cancels: readonly (() => void)[] | undefined
  const onStep = () => {
    if (cancels !== undefined) return
    guest.mark()
    cancels = [
      after(forcedAfterMs, () => void force(from.control).catch(tellFailure)),
      after(quietAfterMs, () => guest.say('stop')),
    ]
  }
  try {
    const driven = await driveMigration(
      {
        source,
        destination,
        here: { source: true, destination: true },
        uri: `unix:${to.incoming}`,
        policy,
        thresholds: defaultThresholds,
        linkBytesPerSecond: LINK_BYTES_PER_SECOND,
        pulse: null,
        clock: systemClock,
      },
      { signal: new AbortController().signal, onStep },
    )
    await delay(LINGER_MS)
    const result = drivenResult(driven, defaultThresholds.slaDowntime.value)
    return {
      completed: result.outcome === 'completed',
      totalMs: result.totalMs,
      pauseMs: result.downtimeMs,
      gapMs: guest.log.longestGapMs,
      stallMs: guest.log.stallMs,
      bytes: result.bytesSent,
      rounds: result.rounds.length,
      pageRequests: result.demandFaults,
      predictedMs: driven.migration.predictions.find(({ afterRound }) => afterRound === 1)?.totalMs ?? null,
    }
  } finally {
    for (const cancel of cancels ?? []) cancel()
    await Promise.all([source.close(), destination.close()])
  }
}

export const startShuttle = async (parts: LabParts): Promise<Shuttle> => {
  const hosts = realHosts(parts)
  const guest = listenToGuest()
  let [here, there] = [hosts.source, hosts.destination]
  const close = async () => {
    guest.close()
    await hosts.close()
  }
  try {
    await hosts.start(NAME, 'idle')
    await guest.listen(filesOn(here, NAME).serial)
    await guest.beat()
  } catch (error) {
    await close()
    throw error
  }
  return {
    close,
    move: async order => {
      guest.say(`workload ${order.workload}`)
      await startVm(there, { name: NAME, memoryBytes: GUEST_BYTES, boot: { from: 'migration' } })
      await guest.listen(filesOn(there, NAME).serial)
      await delay(SETTLE_MS + order.waitMs)
      const move = await drive({ here, there, guest }, order)
      guest.say('stop')
      const corruptPages = await guest.verify()
      await discardVm(move.completed ? here : there, NAME)
      if (move.completed) [here, there] = [there, here]
      return { ...move, corruptPages }
    },
  }
}
