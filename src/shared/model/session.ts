import { z } from 'zod'
import { commandKinds } from './migration-command.ts'
import { hostMigrationEvent } from './migration-event.ts'

/** The version of the session format that is written and read; docs/session-format.md is its specification. */
export const SESSION_VERSION = 1

/** First line of a segment. */
export const segmentHeader = z.object({
  format: z.literal('longshore-session'),
  version: z.number().int().positive(),
  /** Wall-clock ms since the epoch. */
  startedAtMs: z.number(),
  /** Program and version that wrote it. */
  writer: z.string(),
})
export type SegmentHeader = Readonly<z.infer<typeof segmentHeader>>

const id = z.string().min(1).max(256)
const poolMs = z.number()
/** Objects of the model: what is needed to read them is checked, the rest is kept as it is. */
const named = z.looseObject({ id })
const told = z.object({ code: z.string(), message: z.string() }).nullable()

/**
 * One figure of all rows of a roster. `origin` has one letter a row (m measured, e estimated, u unavailable) or one for
 * all; `value` is null where unavailable and left out where all are; `ageMs` is one number for all or one a row.
 */
export const sessionColumn = z.object({
  origin: z.string().regex(/^[meu]*$/),
  value: z.array(z.number().nullable()).optional(),
  ageMs: z.union([z.number(), z.array(z.number())]).optional(),
  /** Of estimates: the median relative error of such, one a row; null where it is not known or the figure no estimate. */
  errorRatio: z.array(z.number().nullable()).optional(),
})
export type SessionColumn = Readonly<z.infer<typeof sessionColumn>>

const base = { at: z.number() }
const connectionId = id

/** Everything a session consists of; `at` is wall-clock ms since the epoch, `poolMs` the pool's own time. */
export const sessionRecord = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('opened'), writer: z.string() }),
  z.object({ ...base, kind: z.literal('closed') }),
  /** So many records could not be written here. */
  z.object({ ...base, kind: z.literal('gap'), records: z.number().int().positive() }),
  z.object({
    ...base,
    kind: z.literal('connection'),
    connectionId,
    name: z.string(),
    url: z.string(),
    user: z.string(),
    level: z.string(),
    state: z.string(),
    failure: told,
  }),
  z.object({ ...base, kind: z.literal('stop'), stopped: z.boolean() }),
  z.object({
    ...base,
    kind: z.literal('inventory'),
    connectionId,
    /** Whether this is all there is, or what changed since the last. */
    whole: z.boolean(),
    pool: named.optional(),
    hosts: z.array(named),
    vms: z.array(named),
    gone: z.array(id),
  }),
  /** Ids by row, for the columns that name it; numbers are of one segment. */
  z.object({ ...base, kind: z.literal('roster'), roster: z.number().int().nonnegative(), ids: z.array(id) }),
  z.object({
    ...base,
    kind: z.literal('metrics'),
    connectionId,
    poolMs,
    vmRoster: z.number().int().nonnegative(),
    vms: z.record(z.string(), sessionColumn),
    hostRoster: z.number().int().nonnegative(),
    hosts: z.record(z.string(), sessionColumn),
  }),
  z.object({
    ...base,
    kind: z.literal('dirty-rate'),
    connectionId,
    vmId: id,
    poolMs,
    windowMs: z.number(),
    pages: z.number(),
  }),
  z.object({
    ...base,
    kind: z.literal('page-heat'),
    connectionId,
    vmId: id,
    poolMs,
    regions: z.number(),
    regionPages: z.number(),
    totalPages: z.number(),
    writtenRegions: z.number(),
  }),
  /** Dirty rates that nobody measured, as Longshore took them to be. */
  z.object({
    ...base,
    kind: z.literal('estimates'),
    poolMs,
    vmRoster: z.number().int().nonnegative(),
    vms: z.record(z.string(), sessionColumn),
  }),
  /** The highest dirty rate and CPU ratio expected within the forecaster's horizons, by row. */
  z.object({
    ...base,
    kind: z.literal('forecasts'),
    poolMs,
    vmRoster: z.number().int().nonnegative(),
    dirtyPagesPerSecond: z.array(z.number().nullable()),
    cpuRatio: z.array(z.number().nullable()),
  }),
  z.object({ ...base, kind: z.literal('decision'), decision: named }),
  z.object({
    ...base,
    kind: z.literal('order'),
    connectionId,
    migrationId: id,
    vmId: id,
    destinationHostId: id,
    /** Left out where the pool chooses. */
    networkId: id.optional(),
  }),
  z.object({ ...base, kind: z.literal('order-answered'), connectionId, migrationId: id, failure: told }),
  z.object({
    ...base,
    kind: z.literal('host-event'),
    connectionId,
    migrationId: id,
    event: hostMigrationEvent,
  }),
  z.object({
    ...base,
    kind: z.literal('command'),
    connectionId,
    migrationId: id,
    command: z.enum(commandKinds),
    /** Of `bandwidth`; null: no limit. */
    bytesPerSecond: z.number().positive().nullable().optional(),
  }),
  z.object({
    ...base,
    kind: z.literal('command-answered'),
    connectionId,
    migrationId: id,
    command: z.enum(commandKinds),
    /** Of `bandwidth`; null: no limit. */
    bytesPerSecond: z.number().positive().nullable().optional(),
    failure: told,
  }),
  /** A migration as it was known at its end. */
  z.object({ ...base, kind: z.literal('migration'), migration: named }),
  /** A question the pool did not answer. */
  z.object({ ...base, kind: z.literal('unanswered'), connectionId, question: z.string(), failure: told }),
])
export type SessionRecord = Readonly<z.infer<typeof sessionRecord>>
