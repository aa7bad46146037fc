import { z } from 'zod'
import {
  controlWord,
  MAX_ORDERED_REGIONS,
  MIN_BANDWIDTH_BYTES_PER_SECOND,
  type MigrationCommand,
} from '../../../shared/model/migration-command.ts'
import { MAX_HEAT_REGIONS, MAX_PREPAGE_PAGES, PLUGIN_VERSION } from '../../../shared/model/plugin.ts'
import { pagesOf } from '../../../shared/units.ts'
import { mix } from '../../core/numeric/random.ts'
import { meanActivity } from '../../core/simulation/activity.ts'
import { expectedDirtyPages } from '../../core/simulation/write-process.ts'
import type { LabClock } from './lab-clock.ts'
import { CUT } from './lab-migration.ts'
import { linkThrough } from './lab-networks.ts'
import type { MigrationDesk } from './migration-desk.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import { waitFor } from './wait-for.ts'
import { inWholeWords } from './whole-words.ts'
import type { XapiDatabase } from './xapi-database.ts'
import { XapiError } from './xapi-error.ts'

type PluginCode =
  | 'BAD_ARGUMENT'
  | 'NO_SUCH_VM'
  | 'NO_SUCH_MIGRATION'
  | 'OPERATION_IN_PROGRESS'
  | 'CANNOT_CONTACT_HOST'
  | 'NOT_ENOUGH_FREE_MEMORY'
  | 'UNSUPPORTED'

/** Pages that even an idle guest dirties in any window (measured on Xen 4.17: 70 to 87 in 1 s; console and timers). */
const IDLE_DIRTY_PAGES = 60
/** Readings vary by up to 2 %, as measured against the formula on Xen 4.17. */
const READING_SPREAD = 0.02

/** A window is as the workload was over all of it, looked at this often, ms. */
const WORKLOAD_STEP_MS = 250

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most))
const id = z.string().min(1).max(128)
/** No bound at 0. */
const bandwidth = wholeNumber(0, 1e12).refine(
  bytes => bytes === 0 || bytes >= MIN_BANDWIDTH_BYTES_PER_SECOND,
  `0 or at least ${MIN_BANDWIDTH_BYTES_PER_SECOND}`,
)

const ratio = z
  .string()
  .regex(/^[01](\.\d{1,20})?$/)
  .transform(Number)
  .pipe(z.number().min(0).max(1))

const pluginArguments = {
  capabilities: z.object({}),
  dirty_rate: z.object({ vm: z.string(), window_ms: wholeNumber(100, 5000) }),
  page_heat: z.object({ vm: z.string(), max_regions: wholeNumber(1, MAX_HEAT_REGIONS) }),
  migrate_start: z.object({
    vm: z.string(),
    destination: z.string(),
    id,
    network: z.string().optional(),
    page_requests: z.enum(['queue', 'overtake']).optional(),
    prepage_pages: wholeNumber(0, MAX_PREPAGE_PAGES).optional(),
  }),
  migrate_status: z.object({ id, after: wholeNumber(0, 1e15), timeout_ms: wholeNumber(0, 30_000) }),
  migrate_control: z.discriminatedUnion('command', [
    z.object({ id, command: controlWord }),
    z.object({ id, command: z.literal('bandwidth'), bytes_per_second: bandwidth }),
    z.object({ id, command: z.literal('throttle'), speed: ratio }),
    z.object({ id, command: z.literal('priority'), share: ratio }),
    z.object({
      id,
      command: z.literal('page-order'),
      region_pages: wholeNumber(1, 2 ** 31),
      classes: z.base64().max(4 * Math.ceil(MAX_ORDERED_REGIONS / 3)),
      live: z.enum(['coldest-first', 'hottest-first']).optional(),
    }),
  ]),
}
type PluginFunction = keyof typeof pluginArguments
type Arguments<F extends PluginFunction> = z.infer<(typeof pluginArguments)[F]>

/** The plugin `longshore` of every host of the lab; see docs/host-plugin.md. */
export class HostPlugin {
  readonly #pool: VirtualPool
  readonly #database: XapiDatabase
  readonly #desk: MigrationDesk
  readonly #clock: LabClock

  constructor(parts: {
    readonly pool: VirtualPool
    readonly database: XapiDatabase
    readonly desk: MigrationDesk
    readonly clock: LabClock
  }) {
    this.#pool = parts.pool
    this.#database = parts.database
    this.#desk = parts.desk
    this.#clock = parts.clock
  }

  /** Answers one call with the plugin's JSON text; throws XENAPI_PLUGIN_FAILURE, or CANNOT_CONTACT_HOST of a dead host. */
  async call(host: VirtualHost, fn: string, args: unknown, signal: AbortSignal): Promise<string> {
    if (!isPluginFunction(fn)) throw failure(fn, 'UNSUPPORTED', `This host has no function ${fn}`)
    this.#assertAlive(host)
    const answer = await this.#answer(host, fn, args, signal)
    this.#assertAlive(host)
    return JSON.stringify(answer)
  }

  #assertAlive({ ref, metricsRef }: VirtualHost): void {
    if (this.#database.get('host_metrics', metricsRef).live !== true)
      throw new XapiError('CANNOT_CONTACT_HOST', ref)
  }

  #answer(host: VirtualHost, fn: PluginFunction, args: unknown, signal: AbortSignal): unknown {
    switch (fn) {
      case 'capabilities':
        return this.#capabilities()
      case 'dirty_rate':
        return this.#dirtyRate(host, parse(fn, args), signal)
      case 'page_heat':
        return this.#pageHeat(host, parse(fn, args))
      case 'migrate_start':
        return this.#migrateStart(host, parse(fn, args))
      case 'migrate_status':
        return this.#migrateStatus(host, parse(fn, args), signal)
      case 'migrate_control':
        return this.#migrateControl(host, parse(fn, args))
    }
  }

  #capabilities(): unknown {
    return {
      version: PLUGIN_VERSION,
      functions: Object.keys(pluginArguments).filter(name => name !== 'capabilities'),
      postCopy: true,
      controls: ['bandwidth', 'page-order', 'throttle', 'priority'],
      diskCopy: true,
      linkBytesPerSecond: this.#pool.config.linkBytesPerSecond,
    }
  }

  async #dirtyRate(host: VirtualHost, args: Arguments<'dirty_rate'>, signal: AbortSignal): Promise<unknown> {
    const vm = this.#residentVm(host, args.vm, 'dirty_rate')
    const windowMs = args.window_ms
    const busy = () => {
      if (!vm.migrating) return
      throw failure('dirty_rate', 'OPERATION_IN_PROGRESS', `${vm.config.name} is being migrated`)
    }
    busy()
    await this.#clock.wait(windowMs, signal)
    busy()
    const atMs = this.#clock.now()
    const samples = Math.ceil(windowMs / WORKLOAD_STEP_MS)
    const { writesPerSecond } = meanActivity(vm.workload, this.#pool.elapsedMs(atMs), {
      ms: windowMs,
      samples,
    })
    const expected = expectedDirtyPages(vm.classes, writesPerSecond, windowMs)
    const spread = 1 + READING_SPREAD * mix(vm.seed ^ mix(Math.floor(atMs))) * 2 ** -31
    const idle = Math.round((IDLE_DIRTY_PAGES * Math.min(windowMs, 1000)) / 1000)
    return { pages: Math.round(expected * spread) + idle, windowMs, atMs }
  }

  #pageHeat(host: VirtualHost, args: Arguments<'page_heat'>): unknown {
    const vm = this.#residentVm(host, args.vm, 'page_heat')
    const atMs = this.#clock.now()
    const heat = vm.heatAt(this.#pool.elapsedMs(atMs)).read(args.max_regions)
    return {
      atMs,
      regionPages: heat.regionPages,
      totalPages: heat.totalPages,
      frequency: base64(heat.frequency),
      locality: base64(heat.locality),
      recency: base64(heat.recency),
    }
  }

  #migrateStart(host: VirtualHost, args: Arguments<'migrate_start'>): unknown {
    const known = this.#desk.find(args.id)
    if (known !== undefined) return { migration: known.id, task: known.taskRef }
    const vm = this.#residentVm(host, args.vm, 'migrate_start')
    const destination = this.#pool.host(args.destination)
    if (destination === undefined)
      throw failure(
        'migrate_start',
        'CANNOT_CONTACT_HOST',
        `There is no host ${args.destination} in this pool`,
      )
    try {
      const order = {
        id: args.id,
        vm,
        destination,
        stopRule: 'controlled',
        pageRequests: args.page_requests,
        prepagePages: args.prepage_pages,
        task: { name: 'longshore.migrate' },
        linkBytesPerSecond:
          args.network === undefined
            ? undefined
            : linkThrough(this.#database, `OpaqueRef:${args.network}`, [host.ref, destination.ref]),
      } as const
      return { migration: args.id, task: this.#desk.start(order).taskRef }
    } catch (error) {
      throw error instanceof XapiError ? translated(error, vm, destination) : error
    }
  }

  async #migrateStatus(
    host: VirtualHost,
    args: Arguments<'migrate_status'>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const migration = this.#migrationOn(host, args.id, 'migrate_status')
    const endAt = performance.now() + args.timeout_ms
    for (;;) {
      const events = migration.events.slice(args.after)
      const ended = migration.endedAtMs !== null
      const leftMs = endAt - performance.now()
      if (events.length > 0 || ended || leftMs <= 0 || signal.aborted) return { events, ended }
      await waitFor(leftMs, signal, wake => this.#desk.onEvent(wake))
    }
  }

  #migrateControl(host: VirtualHost, args: Arguments<'migrate_control'>): unknown {
    const migration = this.#migrationOn(host, args.id, 'migrate_control')
    return { accepted: this.#desk.control(migration, commandOf(args, migration.vm)) }
  }

  #residentVm(host: VirtualHost, uuid: string, fn: PluginFunction): VirtualVm {
    const vm = this.#pool.vm(uuid)
    if (vm !== undefined && vm.hostUuid === host.uuid) return vm
    throw failure(fn, 'NO_SUCH_VM', `VM ${uuid} does not run on ${host.config.name}`)
  }

  #migrationOn(host: VirtualHost, migrationId: string, fn: PluginFunction) {
    const migration = this.#desk.find(migrationId)
    if (migration?.source === host) return migration
    throw failure(fn, 'NO_SUCH_MIGRATION', `${host.config.name} knows no migration ${migrationId}`)
  }
}

const isPluginFunction = (fn: string): fn is PluginFunction => Object.hasOwn(pluginArguments, fn)

const parse = <F extends PluginFunction>(fn: F, args: unknown): Arguments<F> => {
  const parsed = pluginArguments[fn].safeParse(args)
  if (parsed.success) return parsed.data as Arguments<F>
  const issue = parsed.error.issues[0]
  throw failure(
    fn,
    'BAD_ARGUMENT',
    `Argument ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}`,
  )
}

const commandOf = (args: Arguments<'migrate_control'>, vm: VirtualVm): MigrationCommand => {
  switch (args.command) {
    case 'bandwidth':
      return { kind: args.command, bytesPerSecond: args.bytes_per_second || null }
    case 'throttle':
      return { kind: args.command, speed: args.speed }
    case 'priority':
      return { kind: args.command, share: args.share }
    case 'page-order': {
      const classes = new Uint8Array(Buffer.from(args.classes, 'base64'))
      const memoryPages = pagesOf(vm.config.memoryBytes)
      const regions = Math.ceil(memoryPages / args.region_pages)
      const order = { regionPages: args.region_pages, classes, live: args.live }
      if (classes.length === regions) return { kind: args.command, ...inWholeWords(order, memoryPages) }
      const why = `${classes.length} classes for ${regions} regions of ${args.region_pages} pages`
      throw failure('migrate_control', 'BAD_ARGUMENT', `Argument classes: ${why}`)
    }
    default:
      return { kind: args.command }
  }
}

const failure = (fn: string, code: PluginCode, sentence: string): XapiError =>
  new XapiError('XENAPI_PLUGIN_FAILURE', fn, code, sentence)

const translated = (error: XapiError, vm: VirtualVm, destination: VirtualHost): XapiError => {
  const [vmName, hostName] = [vm.config.name, destination.config.name]
  if (error.code === 'HOST_NOT_ENOUGH_FREE_MEMORY')
    return failure(
      'migrate_start',
      'NOT_ENOUGH_FREE_MEMORY',
      `${hostName} has too little free memory for ${vmName}`,
    )
  if (error.code === 'OTHER_OPERATION_IN_PROGRESS')
    return failure('migrate_start', 'OPERATION_IN_PROGRESS', `${vmName} is being migrated already`)
  if (error.code === 'HOST_CANNOT_ATTACH_NETWORK')
    return failure('migrate_start', 'BAD_ARGUMENT', `${hostName} or its source has no card in that network`)
  if (error.parameters.at(-1) === CUT)
    return failure('migrate_start', 'CANNOT_CONTACT_HOST', `${hostName} cannot be reached: ${CUT}`)
  return failure(
    'migrate_start',
    'BAD_ARGUMENT',
    `${vmName} cannot go to ${hostName}: ${error.parameters.at(-1)}`,
  )
}

const base64 = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
