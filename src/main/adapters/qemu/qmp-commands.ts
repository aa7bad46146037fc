import { z } from 'zod'
import { PAGE_BYTES } from '../../../shared/units.ts'
import type { QmpCommand } from './qmp-client.ts'

/** Commands that answer with nothing worth reading. */
export const order = (command: string, args: object = {}): QmpCommand<unknown> => ({
  command,
  args,
  answer: z.unknown(),
})

/** Whether the guest runs, and why not. */
interface RunState {
  readonly status: string
  readonly running: boolean
}

export const runState: QmpCommand<RunState> = {
  command: 'query-status',
  answer: z.object({ status: z.string(), running: z.boolean() }),
}

/** Whether a source stands still for its migration, and for nothing that somebody else or the guest has done. */
export const isHandedOver = ({ status }: Pick<RunState, 'status'>): boolean =>
  status === 'finish-migrate' || status === 'postmigrate'

export const knownCapabilities: QmpCommand<readonly { readonly capability: string }[]> = {
  command: 'query-migrate-capabilities',
  answer: z.array(z.object({ capability: z.string() })),
}

export const memorySize: QmpCommand<number> = {
  command: 'query-memory-size-summary',
  answer: z
    .object({ 'base-memory': z.number(), 'plugged-memory': z.number().default(0) })
    .transform(size => size['base-memory'] + size['plugged-memory']),
}

const count = z.number().nonnegative().default(0)

/** What a migration has moved so far, counted by its source. */
export interface RamCounters {
  readonly totalPages: number
  readonly remainingPages: number
  /** Pages of zeros among them. */
  readonly sentPages: number
  readonly zeroPages: number
  /** Pages of zeros that are still to come in the first pass and are left out of `remainingPages`; 0 where they are not known. */
  readonly zerosLeft: number
  readonly bytes: number
  /** Parts of `bytes`: while the guest ran at the source, while it stood still, and after. */
  readonly liveBytes: number
  readonly pauseBytes: number
  readonly postCopyBytes: number
  /** Times that the dirty log was read: 1 when the first pass begins. */
  readonly syncs: number
  readonly pageRequests: number
  /** QEMU's own `downtime`, ms; null until it tells one. After a switch it is not the pause. */
  readonly hostDowntimeMs: number | null
}

const ram = z
  .object({
    total: count,
    remaining: count,
    duplicate: count,
    normal: count,
    transferred: count,
    'precopy-bytes': count,
    'downtime-bytes': count,
    'postcopy-bytes': count,
    'dirty-sync-count': count,
    'postcopy-requests': count,
  })
  .transform(
    (told): RamCounters => ({
      totalPages: Math.ceil(told.total / PAGE_BYTES),
      remainingPages: Math.ceil(told.remaining / PAGE_BYTES),
      sentPages: told.duplicate + told.normal,
      zeroPages: told.duplicate,
      zerosLeft: 0,
      bytes: told.transferred,
      liveBytes: told['precopy-bytes'],
      pauseBytes: told['downtime-bytes'],
      postCopyBytes: told['postcopy-bytes'],
      syncs: told['dirty-sync-count'],
      pageRequests: told['postcopy-requests'],
      hostDowntimeMs: null,
    }),
  )

/** The counters with what is left less its pages of zeros, of which memory had so many when the migration began. */
export const withoutZeros = (ram: RamCounters, zeroPages: number): RamCounters => {
  const zerosLeft = Math.max(0, Math.min(zeroPages - ram.zeroPages, ram.totalPages - ram.sentPages))
  return { ...ram, zerosLeft, remainingPages: Math.max(0, ram.remainingPages - zerosLeft) }
}

/** How a migration stands, by either end. */
export interface MigrationInfo {
  readonly status: string
  readonly ram: RamCounters | null
  readonly why: string | null
  /** Time that each vCPU waited for pages, averaged, ms; only a destination in post-copy counts it. */
  readonly blockedMs: number | null
}

export const migrationInfo: QmpCommand<MigrationInfo> = {
  command: 'query-migrate',
  answer: z
    .object({
      status: z.string().default('none'),
      ram: ram.optional(),
      downtime: z.number().nonnegative().optional(),
      'error-desc': z.string().optional(),
      'postcopy-vcpu-blocktime': z.array(z.number().nonnegative()).optional(),
    })
    .transform(told => {
      const blocked = told['postcopy-vcpu-blocktime'] ?? []
      return {
        status: told.status,
        ram: told.ram ? { ...told.ram, hostDowntimeMs: told.downtime ?? null } : null,
        why: told['error-desc'] ?? null,
        blockedMs:
          blocked.length === 0 ? null : blocked.reduce((sum, each) => sum + each, 0) / blocked.length,
      }
    }),
}
