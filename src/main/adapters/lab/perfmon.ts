import { postMessage } from './messages.ts'
import { rrdUpdates } from './rrd-updates.ts'
import type { VirtualPool } from './virtual-pool.ts'
import type { XapiDatabase } from './xapi-database.ts'
import { isMap } from './xapi-method.ts'

interface Watched {
  readonly kind: 'vm' | 'host'
  readonly uuid: string
  readonly hostUuid: string
}

/** One `<variable>` of other_config["perfmon"]; times are seconds. */
interface Threshold {
  readonly xml: string
  readonly name: string
  readonly level: number
  readonly period: number
  readonly quiet: number
}

const LONGEST_XML = 4000
const LONGEST_PERIOD_SECONDS = 600
const USUAL_PERIOD_SECONDS = 60
const USUAL_QUIET_SECONDS = 3600

/** Data sources that add up to a variable. */
const sources: Readonly<Record<string, RegExp>> = {
  cpu_usage: /^cpu_(usage|avg)$/,
  network_usage: /^(vif|pif)_\w+_[rt]x$/,
  disk_usage: /^vbd_\w+_(read|write)$/,
}

/** The daemon of that name: posts ALARM when a variable stays above the level that other_config["perfmon"] sets. */
export class Perfmon {
  readonly #pool: VirtualPool
  readonly #database: XapiDatabase
  readonly #quietUntilMs = new Map<string, number>()

  constructor(pool: VirtualPool, database: XapiDatabase) {
    this.#pool = pool
    this.#database = database
  }

  /** Looks at everything that has thresholds. */
  check(nowMs: number): void {
    for (const vm of this.#pool.vms)
      this.#checkOne('VM', vm.ref, { kind: 'vm', uuid: vm.uuid, hostUuid: vm.hostUuid }, nowMs)
    for (const host of this.#pool.hosts)
      this.#checkOne('host', host.ref, { kind: 'host', uuid: host.uuid, hostUuid: host.uuid }, nowMs)
  }

  #checkOne(className: 'VM' | 'host', ref: string, watched: Watched, nowMs: number): void {
    const config = this.#database.find(className, ref)?.other_config
    const xml = isMap(config) ? config.perfmon : undefined
    if (typeof xml !== 'string' || xml.length > LONGEST_XML) return
    for (const threshold of thresholdsOf(xml)) {
      const key = `${watched.uuid} ${threshold.name}`
      if ((this.#quietUntilMs.get(key) ?? 0) > nowMs) continue
      const values = this.#valuesOf(watched, threshold, nowMs)
      const lowest = Math.min(...values)
      if (values.length === 0 || !(lowest > threshold.level)) continue
      this.#quietUntilMs.set(key, nowMs + threshold.quiet * 1000)
      const body = `value: ${(values[0] ?? lowest).toFixed(6)}\nconfig:\n${threshold.xml}`
      const cls = className === 'VM' ? 'VM' : 'Host'
      postMessage(this.#database, { name: 'ALARM', priority: 1, cls, objUuid: watched.uuid, body }, nowMs)
    }
  }

  /** Its values of the last period, newest first. */
  #valuesOf(
    { kind, uuid, hostUuid }: Watched,
    { name, period }: Threshold,
    nowMs: number,
  ): readonly number[] {
    const host = this.#pool.host(hostUuid)
    const source = Object.hasOwn(sources, name) ? sources[name] : undefined
    if (host === undefined || source === undefined) return []
    const { meta, data } = rrdUpdates(this.#pool, [host], {
      startSeconds: nowMs / 1000 - period,
      intervalSeconds: 5,
      withHosts: kind === 'host',
      vmUuids: new Set(kind === 'vm' ? [uuid] : []),
      nowMs,
    })
    const chosen = meta.legend.map(entry => source.test(entry.split(':').slice(3).join(':')))
    return data.map(({ values }) =>
      values.reduce((sum, value, i) => (chosen[i] ? sum + Number(value) : sum), 0),
    )
  }
}

const thresholdsOf = (xml: string): readonly Threshold[] =>
  [...xml.matchAll(/<variable>.*?<\/variable>/gs)].flatMap(([variable]) => {
    const read = (name: string) =>
      new RegExp(`<${name}\\s+value=["']([^"'<>]*)["']\\s*/>`).exec(variable)?.[1]
    const [name, level] = [read('name'), Number(read('alarm_trigger_level') ?? 'NaN')]
    const period = Number(read('alarm_trigger_period') ?? USUAL_PERIOD_SECONDS)
    const quiet = Number(read('alarm_auto_inhibit_period') ?? USUAL_QUIET_SECONDS)
    if (name === undefined || Number.isNaN(level + period + quiet)) return []
    return [
      { xml: variable, name, level, quiet, period: Math.min(Math.max(period, 5), LONGEST_PERIOD_SECONDS) },
    ]
  })
