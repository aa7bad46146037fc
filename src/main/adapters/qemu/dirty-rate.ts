import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import { MIB, PAGE_BYTES } from '../../../shared/units.ts'
import { systemClock } from '../system/system-clock.ts'
import type { QmpClient } from './qmp-client.ts'
import { order } from './qmp-commands.ts'
import { isBefore, type QemuVersion } from './qmp-message.ts'

/** Right within a tenth where 512, QEMU's default, is mostly noise (docs/qemu.md). */
const SAMPLES_PER_GIB = 4096
const ASK_AGAIN_MS = 20
/** Beyond its window a reading has to hash what it compares. */
const MOST_OVERTIME_MS = 30_000

const reading = {
  command: 'query-dirty-rate',
  answer: z.object({ status: z.string(), 'dirty-rate': z.number().optional() }),
}

/** A window as a QEMU of this version takes it: before 8.2 that is a number of seconds. Throws `unsupported`. */
const windowOf = (version: QemuVersion, windowMs: number) => {
  if (!isBefore(version, 8, 2)) return { 'calc-time': windowMs, 'calc-time-unit': 'millisecond' }
  if (windowMs % 1000 === 0) return { 'calc-time': windowMs / 1000 }
  throw new Failure({
    code: 'unsupported',
    message: `QEMU ${version.major}.${version.minor} measures a dirty rate over whole seconds, not over ${windowMs} ms.`,
    remedy: 'QEMU 8.2 is the first that measures shorter windows.',
  })
}

/** Unique pages dirtied in a window, by QEMU's own sampling of pages. Never to be called during a migration. */
export const readDirtyPages = async (
  qemu: QmpClient,
  windowMs: number,
  signal: AbortSignal,
): Promise<number> => {
  const window = windowOf(await qemu.version(), windowMs)
  await qemu.ask(order('calc-dirty-rate', { ...window, 'sample-pages': SAMPLES_PER_GIB }))
  const untilMs = systemClock.now() + windowMs + MOST_OVERTIME_MS
  while (systemClock.now() < untilMs) {
    await systemClock.wait(ASK_AGAIN_MS, signal)
    const { status, 'dirty-rate': mibPerSecond } = await qemu.ask(reading)
    if (status === 'measured' && mibPerSecond !== undefined)
      return Math.round((mibPerSecond * MIB * windowMs) / PAGE_BYTES / 1000)
  }
  throw new Failure({
    code: 'timeout',
    message: `QEMU at ${qemu.address} has not measured the dirty rate within ${(windowMs + MOST_OVERTIME_MS) / 1000} s.`,
    remedy: 'Look at the load of its host.',
  })
}
