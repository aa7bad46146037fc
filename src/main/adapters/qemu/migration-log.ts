import { appendFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { type HostMigrationEvent, hostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { Log } from '../../ports/log.ts'
import { makeFolder } from '../system/make-folder.ts'
import { qemuVmName, qmpAddress, tlsCreds } from './hosts-file.ts'
import { notWritten } from './not-written.ts'

/** What has to be known to find a migration again. */
const migrationNote = z.object({
  id: z.string().min(1).max(200),
  vmName: qemuVmName,
  sourceHost: z.string(),
  destinationHost: z.string(),
  source: qmpAddress,
  destination: qmpAddress,
  heartbeats: z.array(z.string()),
  plan: z.object({
    uri: z.string(),
    linkBytesPerSecond: z.number().positive(),
    postCopy: z.boolean(),
    preempt: z.boolean(),
    tlsCreds: tlsCreds.nullable(),
  }),
})
export type MigrationNote = Readonly<z.infer<typeof migrationNote>>

export interface KeptMigration {
  readonly note: MigrationNote
  readonly events: readonly HostMigrationEvent[]
}

/** Nobody asks for a migration of last week: what ended is in the console's own history. */
const KEPT_MS = 7 * 86_400_000
const EXTENSION = '.migration'

const readNote = (line: string): MigrationNote | null => {
  try {
    return migrationNote.parse(JSON.parse(line))
  } catch {
    return null
  }
}

const readEvent = (line: string): HostMigrationEvent | null => {
  try {
    return hostMigrationEvent.parse(JSON.parse(line))
  } catch {
    return null
  }
}

/** The lines that are whole: the last one of a console that was killed may not be, and the next console went on below it. */
const readEvents = (lines: readonly string[]): readonly HostMigrationEvent[] => {
  const events: HostMigrationEvent[] = []
  for (const line of lines) {
    const event = readEvent(line)
    if (event?.sequence === events.length + 1) events.push(event)
  }
  return events
}

/**
 * Migrations of a pool in files, each a line for what it is and one for each event: QEMU repeats nothing to a console that
 * comes back.
 */
export class MigrationLog {
  readonly #folder: string
  readonly #log: Log
  /** Lines that are not on the disk, by migration: they go before the next, for one that is missing hides those after it. */
  readonly #unwritten = new Map<string, string>()
  #written: Promise<void> = Promise.resolve()

  constructor(folder: string, log: Log) {
    this.#folder = folder
    this.#log = log
  }

  /** Resolves when it is on the disk: before that no QEMU is told to begin. Throws a Failure where it cannot be written. */
  async begin(note: MigrationNote): Promise<void> {
    const file = this.#fileOf(note.id)
    try {
      makeFolder(this.#folder)
      await this.#forgetOld()
      await writeFile(file, JSON.stringify(note))
    } catch (error) {
      throw notWritten(file, error)
    }
  }

  /** What it is after all: QEMU may not have taken all that was asked of it. */
  amend(note: MigrationNote): void {
    this.#add(note.id, note)
  }

  append(id: string, event: HostMigrationEvent): void {
    this.#add(id, event)
  }

  async find(id: string): Promise<KeptMigration | null> {
    await this.#written
    const text = await readFile(this.#fileOf(id), 'utf8').catch(() => '')
    const lines = (text + (this.#unwritten.get(id) ?? '')).split('\n')
    const note = lines.flatMap(line => readNote(line) ?? []).at(-1)
    return note === undefined ? null : { note, events: readEvents(lines) }
  }

  /** Resolves when all is on the disk that can be written. */
  settled(): Promise<void> {
    for (const id of this.#unwritten.keys()) this.#writeNext(id)
    return this.#written
  }

  #add(id: string, line: MigrationNote | HostMigrationEvent): void {
    this.#unwritten.set(id, `${this.#unwritten.get(id) ?? ''}\n${JSON.stringify(line)}`)
    this.#writeNext(id)
  }

  #writeNext(id: string): void {
    this.#written = this.#written.then(() => this.#write(id))
  }

  async #write(id: string): Promise<void> {
    const text = this.#unwritten.get(id)
    if (text === undefined) return
    this.#unwritten.delete(id)
    const file = this.#fileOf(id)
    try {
      await appendFile(file, text)
    } catch (error) {
      // A part may be on the disk: what is there twice is read once.
      this.#unwritten.set(id, text + (this.#unwritten.get(id) ?? ''))
      const { message: why } = notWritten(file, error)
      this.#log.warn('an event of a migration is not kept yet', { id, why })
    }
  }

  async #forgetOld(): Promise<void> {
    for (const file of await readdir(this.#folder)) {
      const whole = path.join(this.#folder, file)
      const { mtimeMs } = await stat(whole).catch(() => ({ mtimeMs: Date.now() }))
      if (file.endsWith(EXTENSION) && Date.now() - mtimeMs > KEPT_MS) await rm(whole, { force: true })
    }
  }

  #fileOf(id: string): string {
    return path.join(this.#folder, `${encodeURIComponent(id).replaceAll('.', '%2E')}${EXTENSION}`)
  }
}
