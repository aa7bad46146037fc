import { stat } from 'node:fs/promises'
import { Tinypool } from 'tinypool'
import { Failure } from '../../../shared/failure.ts'
import { MAX_HEAT_REGIONS } from '../../../shared/model/plugin.ts'
import { formatBytes, GIB, pagesOf } from '../../../shared/units.ts'
import type { MemoryFileQuestion, MemoryReading } from '../../workers/memory-file.worker.ts'
import { workerFile } from '../../workers/worker-file.ts'

/** A look at 1 GiB takes some 0.4 s: beyond this a reading says little of the present. */
const MOST_BYTES = 8 * GIB
const LOOKS = 4
const MS_BETWEEN_LOOKS = 100

/** Reads page heat from files of guest memory, in a thread of its own that begins with the first reading. */
export class MemoryHeat {
  readonly #pool = new Tinypool({
    filename: workerFile('memory-file').href,
    runtime: 'worker_threads',
    minThreads: 0,
    maxThreads: 1,
  })

  /** Throws `unsupported` where the file is not that memory. */
  async read(
    { file, memoryBytes }: { readonly file: string; readonly memoryBytes: number },
    maxRegions: number,
    signal: AbortSignal,
  ): Promise<MemoryReading> {
    const size = (await stat(file).catch(() => null))?.size ?? 0
    if (pagesOf(size) !== pagesOf(memoryBytes) || size > MOST_BYTES)
      throw new Failure({
        code: 'unsupported',
        message: `${file} is not the memory of the VM: it has ${formatBytes(size)}, the VM ${formatBytes(memoryBytes)}.`,
        remedy: `Name the file of its memory-backend-file; up to ${formatBytes(MOST_BYTES)} can be read.`,
      })
    const question: MemoryFileQuestion = {
      file,
      maxRegions: Math.min(maxRegions, MAX_HEAT_REGIONS),
      looks: LOOKS,
      msBetweenLooks: MS_BETWEEN_LOOKS,
    }
    return (await this.#pool.run(question, { name: 'observe', signal })) as MemoryReading
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }
}
