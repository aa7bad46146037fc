import { Failure } from '../../../shared/failure.ts'
import type { PowerState } from '../../../shared/model/vm.ts'
import { KIB } from '../../../shared/units.ts'
import { printable } from '../system/printable.ts'
import type { Domain } from './domain.ts'
import { readJob } from './read-job.ts'
import { type DomainStats, readStats, sumOf } from './read-stats.ts'

/** Of more, the rest is not seen. */
const MOST_DOMAINS = 1000
const NS_PER_SECOND = 1e9

/** virsh begins no line of its own so; what one command printed ends where the next such line stands. */
const MARK = '== '
const mark = (title: string): string => `echo "${MARK}${title}"`

/**
 * All of one look in one run of virsh. A domain is named by its UUID: a name may be a number, which virsh takes for another
 * domain's id. `--nowait`: one that is being acted on must not hold up the others.
 */
export const lookCommands = (activeUuids: readonly string[]): readonly string[] => [
  mark('stats'),
  'domstats --raw --nowait --state --cpu-total --balloon --vcpu --interface --block',
  ...activeUuids.flatMap(uuid => [mark(uuid), `domjobinfo ${uuid}`]),
  // The last, so that virsh ends by whether it came to it: without the list there is no telling what else is missing.
  mark('list'),
  'list --all --uuid --name',
]

const sectionsOf = (text: string): ReadonlyMap<string, string> => {
  const pieces = text.split(/^== (.*)$/m).slice(1)
  return new Map(pieces.flatMap((title, at) => (at % 2 === 0 ? [[title, pieces[at + 1] ?? '']] : [])))
}

/** libvirt's virDomainState, by its numbers; one that is about to shut down still runs. */
const powerStates: readonly PowerState[] = [
  'unknown',
  'running',
  'running',
  'paused',
  'running',
  'halted',
  'halted',
  'suspended',
]

const bytesOfKib = (kib: number | undefined): number | undefined =>
  kib === undefined ? undefined : kib * KIB

const domainOf = (
  { uuid, name }: Pick<Domain, 'uuid' | 'name'>,
  { stats, job }: { readonly stats: DomainStats; readonly job: Domain['job'] },
): Domain => {
  const vcpuNs = sumOf(stats, /^vcpu\.\d+\.time$/) ?? stats.get('cpu.time')
  return {
    uuid,
    name: printable(name) || uuid,
    powerState: powerStates[stats.get('state.state') ?? 0] ?? 'unknown',
    vcpuCount: Math.max(1, stats.get('vcpu.current') ?? 1),
    memoryBytes: bytesOfKib(stats.get('balloon.current') ?? stats.get('balloon.maximum')) ?? 0,
    counters: {
      cpuSeconds: vcpuNs === undefined ? undefined : vcpuNs / NS_PER_SECOND,
      diskReadBytes: sumOf(stats, /^block\.\d+\.rd\.bytes$/),
      diskWrittenBytes: sumOf(stats, /^block\.\d+\.wr\.bytes$/),
      receivedBytes: sumOf(stats, /^net\.\d+\.rx\.bytes$/),
      sentBytes: sumOf(stats, /^net\.\d+\.tx\.bytes$/),
      residentBytes: bytesOfKib(stats.get('balloon.rss')),
    },
    job,
  }
}

const NO_STATS: DomainStats = new Map()

/** The domains in what virsh prints for `lookCommands`. */
export const readLook = (text: string): readonly Domain[] => {
  const sections = sectionsOf(text)
  if (!sections.has('list'))
    throw new Failure({
      code: 'refused',
      message: 'virsh does not say what it was asked for, or not all of it.',
      remedy: 'See what virsh list --all and virsh domstats print by hand.',
    })
  const stats = readStats(sections.get('stats') ?? '')
  const listed = [
    ...(sections.get('list') ?? '').matchAll(/^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (.+)$/gm),
  ]
  return listed
    .slice(0, MOST_DOMAINS)
    .map(([, uuid = '', name = '']) =>
      domainOf(
        { uuid, name },
        { stats: stats.get(name) ?? NO_STATS, job: readJob(sections.get(uuid) ?? '') },
      ),
    )
}
