import type { Host } from '../../../shared/model/host.ts'
import type { Migration, PolicyName } from '../../../shared/model/migration.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { formatBytes, formatRatio, MIB, PAGE_BYTES, threeFigures } from '../../../shared/units.ts'
import { untilOf } from './policy-rules.ts'

/** How a policy is called on screen. */
export const policyWords: Readonly<Record<PolicyName, string>> = {
  longshore: 'least cost (longshore)',
  s1: 'hybrid (S1)',
  's1-published': 'hybrid (S1 as published)',
  s2: 'adaptive rate (S2)',
  s3: 'checkpoint hybrid (S3)',
  s4: 'predicted stop (S4)',
  'pre-copy-xen': 'pre-copy (Xen)',
  'pre-copy-xen-upstream': 'pre-copy (upstream Xen)',
  'pre-copy-qemu': 'pre-copy (QEMU)',
  'pre-copy-auto-converge': 'pre-copy, guest slowed down (QEMU)',
  'post-copy': 'post-copy',
  'post-copy-preempt': 'post-copy, requests first',
  'hybrid-static': 'hybrid, switch after round 2',
  'hybrid-static-preempt': 'hybrid, switch after round 2, requests first',
  'stall-switch': 'hybrid, switch when stalled (KubeVirt)',
}

/** What cannot be had of a migration from a host without the plugin, as one sentence; null where it has it. */
export const stockXenWords = ({ name, capabilities }: Host): string | null =>
  capabilities.rounds
    ? null
    : `${name} carries no host plugin: Xen moves the VM by its own rule, tells no rounds, and knows neither switch nor post-copy.`

/** What a move does to a guest whose memory may be shrunk, as one sentence; null where it keeps its memory. */
export const balloonWords = ({ memoryBytes, memoryMinBytes }: Vm): string | null =>
  memoryMinBytes < memoryBytes
    ? `Xen first shrinks this VM from ${formatBytes(memoryBytes)} to ${formatBytes(memoryMinBytes)}: its guest may swap.`
    : null

/** Since when nothing is heard of a migration, as one sentence; null while its host is heard. */
export const recoveringWords = ({ recovering, endedAtMs }: Migration): string | null => {
  if (recovering === null || endedAtMs !== null) return null
  const since = new Date(recovering.sinceMs).toLocaleTimeString([], { hour12: false })
  return `Nothing is heard of it since ${since}. Shown is what was known then; Longshore finds out what became of it as soon as its pool answers.`
}

/** The measured figure behind the end of pre-copy, or the latest: a round's dirty rate against its bandwidth. */
export const lastRoundFigure = ({ rounds, ending }: Migration): string | null => {
  const live = rounds.filter(round => round.live)
  const last = live.find(round => round.index === ending?.afterRound) ?? live.at(-1)
  if (!last || last.ms <= 0 || last.bandwidthBytesPerSecond <= 0) return null
  const dirty = (last.dirtiedPages * PAGE_BYTES * 1000) / last.ms
  const mib = (bytes: number) => `${threeFigures(bytes / MIB)} MiB/s`
  return `Round ${last.index}: the guest dirtied ${mib(dirty)} while the link carried ${mib(last.bandwidthBytesPerSecond)}, that is ${formatRatio(dirty / last.bandwidthBytesPerSecond)} of it.`
}

/** The round after which pre-copy ended: the last that was sent while the VM ran. */
export const endedAfterRound = ({ rounds, ending, pausedAtMs }: Migration): number =>
  (pausedAtMs === null ? undefined : rounds.findLast(round => round.live)?.index) ?? ending?.afterRound ?? 0

/** Whether the round in which pre-copy ended was cut short by it, with pages of it unsent. */
export const endedWithinRound = (migration: Migration): boolean => {
  const { rounds, current } = migration
  const index = endedAfterRound(migration)
  const round = rounds.find(candidate => candidate.index === index)
  return round ? (round.unsentPages ?? 0) > 0 : current?.round === index
}

/** The heading over the reasons why pre-copy ended. */
export const endingHeading = (migration: Migration): string => {
  const { ending, pausedAtMs, endedAtMs, rounds, current } = migration
  if (!ending && endedAtMs !== null) return 'What was decided after its rounds'
  if (!ending) return rounds.length > 0 || current ? 'Pre-copy goes on' : 'How pre-copy will end'
  if (pausedAtMs === null && endedAtMs === null)
    return ending.kind === 'post-copy'
      ? 'Why it is about to switch to post-copy'
      : 'Why it is about to stop and copy'
  const ended = endedAfterRound(migration)
  const decided = ending.afterRound < ended ? `, as decided after round ${ending.afterRound}` : ''
  const round = `${endedWithinRound(migration) ? 'in' : 'after'} round ${ended}${decided}`
  return ending.kind === 'post-copy'
    ? `Why it switched to post-copy ${round}`
    : `Why it stopped and copied ${round}`
}

/** A name from outside within a sentence: writing in another direction ends with it. */
export const isolated = (name: string): string => `\u2068${name}\u2069`

/** Where the VM runs after a failure and what to do about it. */
export const failureWords = (
  migration: Migration,
  hostName: (hostId: string) => string,
): { readonly where: string; readonly remedy: string } | null => {
  if (!migration.failure) return null
  const vm = isolated(migration.vmName)
  const source = isolated(hostName(migration.sourceHostId))
  const destination = isolated(hostName(migration.destinationHostId))
  switch (migration.failure.vmRunsAt) {
    case 'source':
      return {
        where: `${vm} runs on at the source, ${source}. Nothing was lost.`,
        remedy: `Mend the cause, then migrate it again, or choose another host than ${destination}.`,
      }
    case 'destination':
      return {
        where: `${vm} runs at the destination, ${destination}.`,
        remedy: `Look at the VM: it has moved, but the end of the move failed. Check that ${source} has let it go.`,
      }
    case 'nowhere':
      return {
        where: `${vm} runs nowhere. It was lost with a host: what its memory held is gone, its disks hold what was written.`,
        remedy: `If high availability restarts it, wait for that; else start it on a host that is alive, and look whether its applications have recovered.`,
      }
    case 'unknown':
      return {
        where: `It is not known where ${vm} runs.`,
        remedy: `Look for it on ${source} and on ${destination} before anything else. Do not start it a second time: two running copies would damage its disks.`,
      }
  }
}

/** The rule that ends pre-copy, as one sentence. */
export const lineFigure = (migration: Migration, switchRatio: number | null): string => {
  if (migration.policy === 's1' && migration.ending?.kind === 'stop-and-copy') return ''
  if (migration.policy !== 's1')
    return `By its policy pre-copy goes on until ${untilOf(migration.policy, '')}.`
  return switchRatio === null
    ? 'It switches when memory is dirtied too fast to converge.'
    : `It switches when a round reaches ${formatRatio(switchRatio)} (theta), measured or forecast: beyond that each round leaves nearly as much as it sent.`
}

/** What holds a migration back before anything is sent, as one sentence; null when nothing does. */
export const waitingWords = (
  { phase, waitingFor, destinationHostId }: Pick<Migration, 'phase' | 'waitingFor' | 'destinationHostId'>,
  hostName: (hostId: string) => string,
): string | null => {
  switch (phase) {
    case 'checks':
      return waitingFor ?? 'It is checked; a reading of its dirty rate that is under way is let end first.'
    case 'reserve':
      return `The order is given: ${isolated(hostName(destinationHostId))} is getting ready to take the VM in, and nothing has been sent yet.`
    default:
      return null
  }
}
