import { Failure } from '../../../shared/failure.ts'
import { MIB, PAGE_BYTES } from '../../../shared/units.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Domain } from './domain.ts'
import { readJob } from './read-job.ts'
import { readStats } from './read-stats.ts'
import { runVirsh } from './run-virsh.ts'

const ASK_AGAIN_MS = 250
/** Beyond its window a reading has to hash what it compares. */
const MOST_OVERTIME_MS = 30_000
/** Of `dirtyrate.calc_status`. */
const MEASURED = 2

interface Surroundings {
  readonly uri: string
  readonly clock: Clock
}

const busy = (name: string): Failure =>
  new Failure({
    code: 'conflict',
    message: `libvirt is at work on ${name}: its dirty rate is not measured meanwhile.`,
    remedy: 'Wait until that has ended.',
  })

const late = (name: string, seconds: number): Failure =>
  new Failure({
    code: 'timeout',
    message: `libvirt has not measured the dirty rate of ${name} within ${seconds} s.`,
    remedy: 'Look at the load of its host.',
  })

/** Unique pages dirtied in a window of whole seconds, by QEMU's sampling of pages, which libvirt starts. */
export const readDirtyPages = async (
  { uri, clock }: Surroundings,
  { domain: { uuid, name }, seconds }: { readonly domain: Domain; readonly seconds: number },
  signal: AbortSignal,
): Promise<number> => {
  const ask = (access: 'read' | 'write', command: string) =>
    runVirsh({ uri, access, commands: [command] }, signal)
  if (readJob(await ask('read', `domjobinfo ${uuid}`)) !== null) throw busy(name)
  await ask('write', `domdirtyrate-calc ${uuid} --seconds ${seconds}`)
  const untilMs = clock.now() + seconds * 1000 + MOST_OVERTIME_MS
  await clock.wait(seconds * 1000, signal)
  while (clock.now() < untilMs) {
    const [stats] = readStats(await ask('read', `domstats --raw --dirtyrate ${uuid}`)).values()
    const mibPerSecond = stats?.get('dirtyrate.megabytes_per_second')
    if (stats?.get('dirtyrate.calc_status') === MEASURED && mibPerSecond !== undefined)
      return Math.round((mibPerSecond * MIB * seconds) / PAGE_BYTES)
    await clock.wait(ASK_AGAIN_MS, signal)
  }
  throw late(name, seconds + MOST_OVERTIME_MS / 1000)
}
