import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Lease } from '../../../shared/model/pool-guards.ts'
import { makeFolder } from '../system/make-folder.ts'
import { systemErrorCode } from '../system/system-error-code.ts'
import { notWritten } from './not-written.ts'

const lease = z.object({
  holder: z.string().max(200),
  name: z.string().max(200),
  untilMs: z.number(),
})

/** A lease, or that there is none, and which one in the row of all it is. */
interface Turn {
  readonly number: number
  readonly lease: Lease | null
}

const numberOf = (file: string): number => Number(/^([0-9]{1,15})\.json$/.exec(file)?.[1] ?? 0)

const readLease = (text: string): Lease | null => {
  try {
    return lease.nullable().parse(JSON.parse(text))
  } catch {
    return null
  }
}

/**
 * The lease of a pool, in a folder that every console of these hosts sees. Each lease is a file with the next number, and
 * the highest number counts: a number is given once, so that no lock is needed, which could outlive its holder.
 */
export class LeaseFile {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(): Promise<Lease | null> {
    return (await this.#latest()).lease
  }

  /** Puts `next` in the place of `present`; false when somebody else was faster. Throws a Failure where it cannot be written. */
  async replace(present: Lease | null, next: Lease | null): Promise<boolean> {
    try {
      return await this.#replace(present, next)
    } catch (error) {
      throw notWritten(this.#folder, error)
    }
  }

  async #replace(present: Lease | null, next: Lease | null): Promise<boolean> {
    makeFolder(this.#folder)
    const latest = await this.#latest()
    if (latest.lease?.holder !== present?.holder || latest.lease?.untilMs !== present?.untilMs) return false
    const number = latest.number + 1
    if (!(await this.#take(number, next))) return false
    const numbers = await this.#numbers()
    const highest = Math.max(...numbers)
    await Promise.all(numbers.filter(each => each < highest).map(each => this.#remove(this.#file(each))))
    // The number may have been given and taken away again before: a higher one tells that.
    return highest === number
  }

  /** Writes the whole file elsewhere first, so that nobody reads half of it; false when the number is taken. */
  async #take(number: number, next: Lease | null): Promise<boolean> {
    const written = path.join(this.#folder, `${crypto.randomUUID()}.new`)
    try {
      await writeFile(written, JSON.stringify(next))
      await link(written, this.#file(number))
      return true
    } catch (error) {
      if (systemErrorCode(error) === 'EEXIST') return false
      throw error
    } finally {
      await this.#remove(written)
    }
  }

  async #latest(): Promise<Turn> {
    const number = Math.max(0, ...(await this.#numbers()))
    if (number === 0) return { number, lease: null }
    const text = await readFile(this.#file(number), 'utf8').catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return null
      throw error
    })
    // Taken away since its number was read: there is a higher one.
    return text === null ? this.#latest() : { number, lease: readLease(text) }
  }

  async #numbers(): Promise<readonly number[]> {
    const files = await readdir(this.#folder).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return []
      throw error
    })
    return files.map(numberOf).filter(number => number > 0)
  }

  #file(number: number): string {
    return path.join(this.#folder, `${number}.json`)
  }

  #remove(file: string): Promise<void> {
    return rm(file, { force: true })
  }
}
