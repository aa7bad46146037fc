import { stat } from 'node:fs/promises'
import { Tinypool } from 'tinypool'
import { Failure } from '../../../shared/failure.ts'
import { MAX_HEAT_REGIONS } from '../../../shared/model/plugin.ts'
import { formatBytes, GIB, pagesOf } from '../../../shared/units.ts'
import type { RegionFigures } from '../../core/heat/observed-writes.ts'
import type { MemoryFileQuestion, MemoryReading } from '../../workers/memory-file.worker.ts'
import type { StoreCountsQuestion } from '../../workers/store-counts.worker.ts'
import { workerFile } from '../../workers/worker-file.ts'

/** A look at 1 GiB takes some 0.4 s: beyond this a reading says little of the present. */
const MOST_BYTES = 8 * GIB
const LOOKS = 4
const MS_BETWEEN_LOOKS = 100
/** So many pages of a region tell what it is like, where not all are looked at. A guess. */
const SAMPLED_PER_REGION = 8
/** Somebody who reads now reads again soon. */
const IDLE_MS = 5_000
/** Counts are read within milliseconds, so that many short intervals can be told apart. */
const LOOKS_AT_COUNTS = 10
const MS_BETWEEN_COUNTS = 50
/** Those of a guest of 256 GiB. */
const MOST_COUNTS_BYTES = GIB / 2

interface HeatSource {
  readonly file: string
  readonly memoryBytes: number
}

/** Reads page heat from files that hypervisors share, in a thread of its own that begins with the first reading. */
export class MemoryHeat {
  readonly #pool = new Tinypool({
    filename: workerFile('memory-file').href,
    runtime: 'worker_threads',
    minThreads: 0,
    idleTimeout: IDLE_MS,
    maxThreads: 1,
  })

  /** From the file that is a guest's memory. Throws `unsupported` where it is not that memory. */
  async read(source: HeatSource, maxRegions: number, signal: AbortSignal): Promise<MemoryReading> {
    const [maximum, every] = [Math.min(maxRegions, MAX_HEAT_REGIONS), 1]
    return this.#observe(source, { maxRegions: maximum, every }, signal)
  }

  /** The same from a part of its pages, while the guest and its migration need the host themselves. */
  async sample(source: HeatSource, maxRegions: number, signal: AbortSignal): Promise<MemoryReading> {
    const regions = Math.min(maxRegions, MAX_HEAT_REGIONS)
    const every = Math.max(1, Math.floor(pagesOf(source.memoryBytes) / (regions * SAMPLED_PER_REGION)))
    return this.#observe(source, { maxRegions: regions, every }, signal)
  }

  async #observe(
    { file, memoryBytes }: HeatSource,
    how: Pick<MemoryFileQuestion, 'maxRegions' | 'every'>,
    signal: AbortSignal,
  ): Promise<MemoryReading> {
    const bytes = (await stat(file).catch(() => null))?.size ?? 0
    const looks = { looks: LOOKS, msBetweenLooks: MS_BETWEEN_LOOKS }
    const question: MemoryFileQuestion = { file, bytes, ...how, ...looks }
    const isReadable = pagesOf(bytes) === pagesOf(memoryBytes) && bytes <= MOST_BYTES
    const reading: MemoryReading | null = isReadable
      ? await this.#pool.run(question, { name: 'observe', signal })
      : null
    if (reading !== null) return reading
    throw new Failure({
      code: 'unsupported',
      message: `${file} is not the memory of the VM: it has ${formatBytes(bytes)}, the VM ${formatBytes(memoryBytes)}.`,
      remedy: `Name the file of its memory-backend-file; up to ${formatBytes(MOST_BYTES)} can be read.`,
    })
  }

  /** From the file in which a plugin counts a guest's stores. Throws `unsupported` where it is not that. */
  async readCounts(
    { file, memoryBytes }: HeatSource,
    maxRegions: number,
    signal: AbortSignal,
  ): Promise<RegionFigures> {
    const pages = pagesOf(memoryBytes)
    const question: StoreCountsQuestion = {
      file,
      pages,
      maxRegions: Math.min(maxRegions, MAX_HEAT_REGIONS),
      looks: LOOKS_AT_COUNTS,
      msBetweenLooks: MS_BETWEEN_COUNTS,
    }
    const how = { filename: workerFile('store-counts').href, name: 'observe', signal }
    const found = await stat(file).catch(() => null)
    const isReadable = found?.isFile() === true && found.size <= MOST_COUNTS_BYTES
    const reading: RegionFigures | null = isReadable ? await this.#pool.run(question, how) : null
    if (reading !== null) return reading
    throw new Failure({
      code: 'unsupported',
      message: `${file} holds no counts of the VM's ${pages.toLocaleString('en')} pages.`,
      remedy: "Give the plugin page-heat this file and the size of the VM's memory (docs/qemu.md).",
    })
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }
}
