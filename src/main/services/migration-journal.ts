import type { JournalEntry, JournalStep } from '../../shared/model/journal.ts'
import type { Migration } from '../../shared/model/migration.ts'
import type { CommandKind, CommandRecord } from '../../shared/model/migration-command.ts'

/** A command that was about to be given; `accepted` is null where the host's answer was not heard. */
export interface Told extends CommandRecord {
  readonly by: 'operator' | 'policy'
  readonly afterSequence: number
  readonly reasons: readonly string[]
  readonly accepted: boolean | null
}

/** What a journal says of a migration whose end it does not know. */
export interface JournalledPast {
  /** As it was intended. */
  readonly migration: Migration
  /** Whether the host may have been given the order. */
  readonly ordered: boolean
  /** Whether the host is known to have taken it. */
  readonly taken: boolean
  readonly told: readonly Told[]
}

const withAnswer = (told: readonly Told[], command: CommandKind, accepted: boolean) => {
  const index = told.findIndex(each => each.command === command && each.accepted === null)
  return told.map((each, i) => (i === index ? { ...each, accepted } : each))
}

const stepped = (past: JournalledPast, entry: JournalStep): JournalledPast => {
  switch (entry.step) {
    case 'ordered':
      return { ...past, ordered: true }
    case 'taken':
    case 'seen':
      return { ...past, ordered: true, taken: true }
    case 'told': {
      const { command, bytesPerSecond, by, afterSequence, reasons } = entry
      const told = { command, bytesPerSecond, by, afterSequence, reasons, accepted: null }
      return { ...past, told: [...past.told, told] }
    }
    case 'answered':
      return { ...past, told: withAnswer(past.told, entry.command, entry.accepted) }
    default:
      return past
  }
}

/** The open migrations of a journal by id, in the order they were intended; lines without an intent are left out. */
export const readJournal = (entries: readonly JournalEntry[]): ReadonlyMap<string, JournalledPast> => {
  const pasts = new Map<string, JournalledPast>()
  for (const entry of entries) {
    const past = pasts.get(entry.migrationId)
    if (past) pasts.set(entry.migrationId, stepped(past, entry))
    else if (entry.step === 'intended') {
      const { migration } = entry
      pasts.set(entry.migrationId, { migration, ordered: false, taken: false, told: [] })
    }
  }
  return pasts
}
