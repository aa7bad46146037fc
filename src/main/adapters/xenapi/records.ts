import { z } from 'zod'
import { textOf } from '../system/printable.ts'

// Each release adds fields and enum values: what is not named here is dropped, what is malformed falls to a default, and
// only a record without a uuid is not a record.
const text = z.string().catch('')
const flag = z.boolean().catch(false)
const uuid = z.string().min(1).max(128)
const list = z
  .array(z.unknown())
  .catch([])
  .transform(items => items.filter(item => typeof item === 'string'))
const map = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform(entries => new Map(Object.entries(entries).map(([key, value]) => [key, textOf(value)])))
/** 64-bit integers: a number on current servers, digits on older ones. */
const int = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ])
  .catch(0)

const poolRecord = z.object({
  uuid,
  name_label: text,
  master: text,
  other_config: map,
  wlb_enabled: flag,
  ha_enabled: flag,
  ha_overcommitted: flag,
  ha_host_failures_to_tolerate: int,
  ha_plan_exists_for: int,
  current_operations: map,
})
const hostRecord = z.object({
  uuid,
  name_label: text,
  address: text,
  enabled: flag,
  metrics: text,
  cpu_info: map,
  software_version: map,
  current_operations: map,
})
const hostMetricsRecord = z.object({ uuid, memory_total: int, live: flag })
const vmRecord = z.object({
  uuid,
  name_label: text,
  name_description: text,
  power_state: text,
  is_a_template: flag,
  is_a_snapshot: flag,
  is_control_domain: flag,
  resident_on: text,
  memory_static_max: int,
  memory_dynamic_max: int,
  memory_dynamic_min: int,
  VCPUs_max: int,
  VCPUs_at_startup: int,
  metrics: text,
  allowed_operations: list,
  current_operations: map,
  blocked_operations: map,
  attached_PCIs: list,
  VGPUs: list,
})
const vmMetricsRecord = z.object({
  uuid,
  memory_actual: int,
  VCPUs_number: int,
  nomigrate: flag,
  nested_virt: flag,
})

const networkRecord = z.object({ uuid, name_label: text })
const pifRecord = z.object({
  uuid,
  network: text,
  host: text,
  metrics: text,
  management: flag,
  currently_attached: flag,
  primary_address_type: text,
  IP: text,
  IPv6: list,
})
const pifMetricsRecord = z.object({ uuid, speed: int })

const taskState = z.object({
  status: text,
  progress: z.number().catch(0),
  error_info: list,
  other_config: map,
  allowed_operations: list,
})
/** What is read of a task that is known to be ours. */
export type TaskState = z.infer<typeof taskState>
export const parseTask = (snapshot: unknown): TaskState | undefined => taskState.safeParse(snapshot).data
const taskRecord = taskState.extend({ uuid, name_label: text, subtask_of: text })

/** The classes that are followed, by the lower-case name events carry. */
export const recordSchemas = {
  pool: poolRecord,
  host: hostRecord,
  host_metrics: hostMetricsRecord,
  vm: vmRecord,
  vm_metrics: vmMetricsRecord,
  network: networkRecord,
  pif: pifRecord,
  pif_metrics: pifMetricsRecord,
  task: taskRecord,
} as const
export type RecordClass = keyof typeof recordSchemas
/** Those of the inventory; tasks, which come and go all the time, are followed apart. */
export const inventoryClasses = (Object.keys(recordSchemas) as RecordClass[]).filter(name => name !== 'task')

export type PoolRecord = z.infer<typeof poolRecord>
export type HostRecord = z.infer<typeof hostRecord>
export type VmRecord = z.infer<typeof vmRecord>
export type PifRecord = z.infer<typeof pifRecord>
export type VmMetricsRecord = z.infer<typeof vmMetricsRecord>

export type TaskRecord = z.infer<typeof taskRecord>

export const NULL_REF = 'OpaqueRef:NULL'

const event = z.object({
  class: z.string().transform(name => name.toLowerCase()),
  operation: z.string(),
  ref: z.string(),
  snapshot: z.unknown().optional(),
})
export type XenEvent = z.infer<typeof event>

/** What event.from answers; events that make no sense are left out. */
export const eventBatch = z.object({
  token: z.string(),
  valid_ref_counts: z.record(z.string(), int).catch({}),
  events: z.array(z.unknown()).transform(items =>
    items.flatMap(item => {
      const parsed = event.safeParse(item)
      return parsed.success ? [parsed.data] : []
    }),
  ),
})
export type EventBatch = z.infer<typeof eventBatch>
