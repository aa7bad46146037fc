import type Database from 'better-sqlite3'

/**
 * The steps that make the present schema out of any earlier one: step n leads from version n to n + 1. A step that
 * has been released is never changed.
 */
export const SCHEMA_STEPS: readonly string[] = [
  `
  CREATE TABLE vm (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
  CREATE TABLE sample_journal (sequence INTEGER PRIMARY KEY, packed BLOB NOT NULL);
  CREATE TABLE sample_block (
    number INTEGER PRIMARY KEY,
    vm INTEGER NOT NULL REFERENCES vm (number),
    block INTEGER NOT NULL,
    written_at_ms INTEGER NOT NULL,
    packed BLOB NOT NULL
  );
  CREATE UNIQUE INDEX sample_block_by_vm ON sample_block (vm, block);
  CREATE TABLE decision (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at_ms REAL NOT NULL, body TEXT NOT NULL);
  CREATE INDEX decision_by_time ON decision (at_ms, number);
  CREATE TABLE migration (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at_ms REAL NOT NULL, body TEXT NOT NULL);
  CREATE INDEX migration_by_time ON migration (at_ms, number);
  CREATE TABLE connection (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
  `,
  'CREATE TABLE pin (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);',
  `
  CREATE TABLE journal (number INTEGER PRIMARY KEY, migration TEXT NOT NULL, step TEXT NOT NULL, body TEXT NOT NULL);
  CREATE INDEX journal_by_migration ON journal (migration, step);
  `,
  `
  CREATE TABLE roll_up (
    number INTEGER PRIMARY KEY,
    vm INTEGER NOT NULL REFERENCES vm (number),
    block INTEGER NOT NULL,
    written_at_ms INTEGER NOT NULL,
    packed BLOB NOT NULL
  );
  CREATE UNIQUE INDEX roll_up_by_vm ON roll_up (vm, block);
  CREATE TABLE breach (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at_ms REAL NOT NULL, body TEXT NOT NULL);
  CREATE INDEX breach_by_time ON breach (at_ms, number);
  `,
  'CREATE TABLE setting (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);',
  'CREATE TABLE schedule (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);',
  `
  CREATE TABLE working_set (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    vm TEXT NOT NULL,
    at_ms REAL NOT NULL,
    body TEXT NOT NULL
  );
  CREATE INDEX working_set_by_vm ON working_set (vm, at_ms);
  CREATE TRIGGER working_set_of_a_day AFTER INSERT ON working_set BEGIN
    DELETE FROM working_set WHERE number IN
      (SELECT number FROM working_set WHERE vm = NEW.vm ORDER BY at_ms DESC LIMIT -1 OFFSET 24);
  END;
  `,
  `
  CREATE TABLE overview (
    number INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    written_at_ms INTEGER NOT NULL,
    packed BLOB NOT NULL
  );
  CREATE INDEX overview_by_time ON overview (last, first);
  `,
]

/** The database was written by a Longshore that knows more than this one. */
export class NewerSchema extends Error {
  readonly found: number

  constructor(found: number) {
    super(`schema version ${found} is newer than ${SCHEMA_STEPS.length}`)
    this.name = 'NewerSchema'
    this.found = found
  }
}

/** Brings the database to the schema of `steps`, each step in its own transaction; throws NewerSchema before touching it. */
export const migrateSchema = (database: Database.Database, steps = SCHEMA_STEPS): void => {
  const found = Number(database.pragma('user_version', { simple: true }))
  if (found > steps.length) throw new NewerSchema(found)
  for (const [version, step] of steps.entries()) {
    if (version < found) continue
    database.transaction(() => {
      database.exec(step)
      database.pragma(`user_version = ${version + 1}`)
    })()
  }
}
