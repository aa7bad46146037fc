import type { CaseFault, SimulationCase } from '../../../shared/model/simulation-case.ts'
import { planGuest } from './guest-plan.ts'
import { streamBytesPerSecond } from './network-path.ts'
import { NO_CLASS } from './page-layout.ts'

const workingPages = (workload: SimulationCase['workload']): number => {
  switch (workload.kind) {
    case 'idle':
      return 0
    case 'dirty-curve':
      return workload.mwwsPages
    case 'phases':
    case 'daily':
      return workingPages(workload.workload)
    case 'mix':
      return workload.workloads.reduce((sum, one) => sum + workingPages(one), 0)
    default:
      return workload.workingSetPages
  }
}

const imageMisfits = ({
  memoryBytes,
  profileBytes,
  checkpointBytes,
  nasBytesPerSecond,
}: SimulationCase): readonly CaseFault[] => {
  const allowed = `at most ${memoryBytes}, the bytes of memory`
  const faults: CaseFault[] = []
  if (profileBytes !== undefined && profileBytes > memoryBytes)
    faults.push({ field: 'profileBytes', value: profileBytes, allowed })
  if (checkpointBytes !== undefined && checkpointBytes > memoryBytes)
    faults.push({ field: 'checkpointBytes', value: checkpointBytes, allowed })
  if (nasBytesPerSecond !== undefined && profileBytes === undefined)
    faults.push({
      field: 'nasBytesPerSecond',
      value: nasBytesPerSecond,
      allowed: 'nothing without profileBytes: the profile is all that comes from the NAS',
    })
  return faults
}

const compressionMisfits = ({ content }: SimulationCase): readonly CaseFault[] => {
  const { compressBytesPerSecond: value, compressedRatio, deltaRatio } = content
  if (value === undefined || compressedRatio < 1 || deltaRatio < 1) return []
  const allowed = 'nothing without compression: compressedRatio or deltaRatio below 1'
  return [{ field: 'content.compressBytesPerSecond', value, allowed }]
}

/** Bytes/s that a link carries for one stream at any time. */
export const leastCarried = (link: SimulationCase['link']): number =>
  Math.floor(streamBytesPerSecond(link) * (1 - link.competingRatio) * (1 - link.variation))

/** A longer copy is not waited for: it is gone through in turns of guest and link, ms by ms. */
const LONGEST_DISK_SECONDS = 86_400

/** A copy ends only where the link carries more than is written meanwhile. */
const diskMisfits = ({ disk, link }: SimulationCase): readonly CaseFault[] => {
  if (disk === undefined) return []
  const { bytes, writeBytesPerSecond } = disk
  const carried = leastCarried(link)
  if (writeBytesPerSecond >= carried) {
    const allowed = `less than ${carried}, what the link carries at least: what is written is mirrored over it`
    return [{ field: 'disk.writeBytesPerSecond', value: writeBytesPerSecond, allowed }]
  }
  const most = Math.floor((carried - writeBytesPerSecond) * LONGEST_DISK_SECONDS)
  if (bytes <= most) return []
  const allowed = `at most ${most}, what is copied in a day beside what is written`
  return [{ field: 'disk.bytes', value: bytes, allowed }]
}

/** Classes of pages are told apart by a byte; a zipf makes up to 24 of them. */
const classMisfits = ({ workload }: SimulationCase): readonly CaseFault[] => {
  if (workload.kind !== 'mix') return []
  const { length } = planGuest(workload).classes
  const allowed = `at most ${NO_CLASS}: a zipf has up to 24, a hot set two, any other one`
  return length > NO_CLASS
    ? [{ field: 'workload.workloads', value: `${length} classes of pages`, allowed }]
    : []
}

/** A page takes about ten bytes while it is simulated: so many take 640 MB in each thread. */
export const MOST_PAGES = 2 ** 26

/** What a case has too much of for a simulation page by page; null when it can be run. */
export const tooManyPages = ({ memoryBytes, pageBytes }: SimulationCase): CaseFault | null =>
  Math.ceil(memoryBytes / pageBytes) <= MOST_PAGES
    ? null
    : {
        field: 'memoryBytes',
        value: memoryBytes,
        allowed: `at most ${MOST_PAGES * pageBytes}, ${MOST_PAGES} pages of ${pageBytes} bytes: each is simulated by itself; take larger pages, or longshore predict, which goes without pages`,
      }

/** What is wrong with a link whose fields are each right. */
export const linkMisfits = ({ cuts }: SimulationCase['link']): readonly CaseFault[] => {
  const wrong = cuts.find(({ fromMs, toMs }) => toMs <= fromMs)
  if (wrong === undefined) return []
  return [{ field: 'link.cuts', value: `${wrong.fromMs} to ${wrong.toMs}`, allowed: 'toMs after fromMs' }]
}

/** What does not fit together in a case whose fields are each right. */
export const caseMisfits = (given: SimulationCase): readonly CaseFault[] => {
  const { memoryBytes, pageBytes, workload, content } = given
  const pages = Math.ceil(memoryBytes / pageBytes)
  const most = pages - Math.floor(pages * content.zeroRatio)
  const working = workingPages(workload)
  const faults: CaseFault[] = []
  if (working > most)
    faults.push({
      field: workload.kind === 'dirty-curve' ? 'workload.mwwsPages' : 'workload.workingSetPages',
      value: working,
      allowed: `at most ${most}, the pages of memory that are not zero`,
    })
  return [
    ...faults,
    ...linkMisfits(given.link),
    ...classMisfits(given),
    ...imageMisfits(given),
    ...diskMisfits(given),
    ...compressionMisfits(given),
  ]
}
