import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Lease } from '../../../shared/model/pool-guards.ts'

const lease = z.object({
  holder: z.string().max(200),
  name: z.string().max(200),
  untilMs: z.number(),
})

/** Who holds the lock longer than this has been killed with it. */
const STALE_LOCK_MS = 5_000

/** The lease of a pool, in a file that every console of these hosts sees. */
export class LeaseFile {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(): Promise<Lease | null> {
    const text = await readFile(this.#path('lease.json'), 'utf8').catch(() => null)
    if (text === null) return null
    try {
      return lease.parse(JSON.parse(text))
    } catch {
      return null
    }
  }

  /** Puts `next` in the place of `present`; false when somebody else was faster. */
  async replace(present: Lease | null, next: Lease | null): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true })
    if (!(await this.#lock())) return false
    try {
      const found = await this.read()
      if (found?.holder !== present?.holder || found?.untilMs !== present?.untilMs) return false
      if (next === null) await rm(this.#path('lease.json'), { force: true })
      else {
        await writeFile(this.#path('lease.new'), JSON.stringify(next))
        await rename(this.#path('lease.new'), this.#path('lease.json'))
      }
      return true
    } finally {
      await rm(this.#path('lease.lock'), { force: true })
    }
  }

  async #lock(): Promise<boolean> {
    const file = this.#path('lease.lock')
    const since = await stat(file).catch(() => null)
    if (since !== null && Date.now() - since.mtimeMs > STALE_LOCK_MS) await rm(file, { force: true })
    const handle = await open(file, 'wx').catch(() => null)
    await handle?.close()
    return handle !== null
  }

  #path(name: string): string {
    return path.join(this.#folder, name)
  }
}
