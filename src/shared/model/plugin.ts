import { z } from 'zod'
import { hostMigrationEvent } from './migration-event.ts'

/** Name and version of the host plugin; see docs/host-plugin.md. */
export const PLUGIN_NAME = 'longshore'
export const PLUGIN_VERSION = 1
/** Most regions a page_heat answer may have. */
export const MAX_HEAT_REGIONS = 65_536
/** Most neighbours on each side that go along with a requested page: 256 KiB. */
export const MAX_PREPAGE_PAGES = 64
/** How long a host waits for a control after a round before it starts the next by itself, ms. */
export const ROUND_GRACE_MS = 100

/** What each function of the plugin answers, as the JSON text that `host.call_plugin` returns. */
export const pluginAnswers = {
  capabilities: z.object({
    version: z.number().int(),
    /** Functions this host has beside `capabilities`. */
    functions: z.array(z.string()),
    postCopy: z.boolean(),
    /** What `migrate_control` takes beside the four words: `bandwidth`, `page-order`, `throttle`, `priority`. */
    controls: z.array(z.string()).default([]),
    /** Whether disks that are not shared are copied along. */
    diskCopy: z.boolean().default(false),
    linkBytesPerSecond: z.number().positive(),
  }),
  dirty_rate: z.object({
    pages: z.number().int().nonnegative(),
    windowMs: z.number().positive(),
    atMs: z.number(),
  }),
  /** Arrays are base64 of little-endian float32, one value a region. */
  page_heat: z.object({
    atMs: z.number(),
    regionPages: z.number().int().positive(),
    totalPages: z.number().int().positive(),
    frequency: z.string(),
    locality: z.string(),
    recency: z.string(),
  }),
  migrate_start: z.object({ migration: z.string(), task: z.string() }),
  migrate_status: z.object({ events: z.array(hostMigrationEvent), ended: z.boolean() }),
  migrate_control: z.object({ accepted: z.boolean() }),
} as const
export type PluginFunction = keyof typeof pluginAnswers
