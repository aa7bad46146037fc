import { Failure, isAbort } from '../../shared/failure.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { pagesOf } from '../../shared/units.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import {
  chooseReadings,
  firstCurveDelay,
  firstReadingDelays,
  nextReadingDelay,
  type Waiting,
} from '../core/sampling/reading-times.ts'
import type { Clock } from '../ports/clock.ts'
import type { DirtyRateReading } from '../ports/hypervisor.ts'
import type { Log } from '../ports/log.ts'
import type { LivePool } from './connections.ts'
import { vmsById } from './inventory-index.ts'

/** The window of a dirty-rate reading, ms: the definition of the dirty rate. */
const WINDOW_MS = 1000
/** What tells a dirty curve, read one after the other: the plugin takes no longer window, and a migration waits for one. */
const CURVE_WINDOWS_MS = [WINDOW_MS, 100, 5000] as const
/** A VM that rises tells how its curve begins with each reading; a long window would come between it and its next. */
const RISE_WINDOWS_MS = [WINDOW_MS, 100] as const
/** A curve that somebody looks at is read again after this, ms of pool time. A guess. */
const CURVE_FRESH_MS = 300_000

/** How one VM looks just now: whether it rises towards theta, and the pages/s it may dirty. */
export interface Outlook {
  readonly rising: boolean
  readonly pagesPerSecond: number
}

interface Times {
  readonly vmId: string
  /** Pool time at which its last reading began; null before the first. */
  beganMs: number | null
  dueMs: number
  rising: boolean
  /** When its last curve began, null before the first, and when the next falls due with a reading. */
  curveBeganMs: number | null
  curveDueMs: number
}

/** A pool as of its last tick. */
interface Plan {
  readonly atMs: number
  readonly wallMs: number
  /** The times of the VMs that can be read, by host id. */
  readonly timesByHost: ReadonlyMap<string, readonly Times[]>
}

interface Deps {
  readonly clock: Clock
  readonly log: Log
  readonly thresholds: Thresholds
  /** The pool as it is known now; undefined when it is not connected. */
  readonly livePool: (connectionId: string) => LivePool | undefined
  /** The VMs that we are moving, from the order on. */
  readonly movingVmIds: () => ReadonlySet<string>
  readonly onReading: (pool: LivePool, vm: Vm, reading: DirtyRateReading) => void
  /** Windows of different lengths, read one after the other; the first was told as a reading. */
  readonly onCurve: (vm: Vm, windows: readonly DirtyRateReading[]) => void
}

/**
 * Reads dirty rates through the hosts' plugin, one window of 1 s at a time: now and then at rest, often while a VM rises,
 * a few at once on a host, and never while the VM has an operation running or we are moving it. A short window follows
 * while it rises, a short and a long one rarely while it rests: they tell its dirty curve.
 */
export class DirtyRateReader {
  readonly #times = new Map<string, Times>()
  /** The readings under way, and the hosts they are on. */
  readonly #running = new Map<
    string,
    { readonly hostId: string; readonly isCurve: boolean; readonly done: Promise<void> }
  >()
  readonly #plans = new Map<string, Plan>()
  readonly #abort = new AbortController()
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Takes in how a pool's VMs look in this second, and begins the readings that are due. */
  plan(pool: LivePool, atMs: number, outlookOf: (vm: Vm) => Outlook): void {
    const { hosts, vms } = pool.inventory
    const readable = new Set(hosts.filter(host => host.capabilities.dirtyRate).map(host => host.id))
    const moving = this.#deps.movingVmIds()
    const timesByHost = new Map<string, Times[]>()
    const unseenByHost = new Map<string, { readonly vmId: string; readonly pagesPerSecond: number }[]>()
    for (const vm of vms) {
      if (vm.hostId === null || !readable.has(vm.hostId) || !mayBeRead(vm, moving)) continue
      const outlook = outlookOf(vm)
      const times = this.#times.get(vm.id)
      if (times) {
        this.#adjust(times, outlook, atMs)
        listIn(timesByHost, vm.hostId).push(times)
      } else listIn(unseenByHost, vm.hostId).push({ vmId: vm.id, pagesPerSecond: outlook.pagesPerSecond })
    }
    for (const [hostId, unseen] of unseenByHost)
      listIn(timesByHost, hostId).push(...this.#admit(hostId, unseen, atMs))
    const plan = { atMs, wallMs: this.#deps.clock.now(), timesByHost }
    this.#plans.set(pool.connectionId, plan)
    for (const hostId of timesByHost.keys()) this.#fill(pool.connectionId, hostId, moving)
  }

  /** Resolves when no reading of this VM is under way: a migration must not begin inside a window. */
  async settled(vmId: string): Promise<void> {
    await this.#running.get(vmId)?.done
  }

  /** Somebody looks at a VM's curve: unless it was read just now or the VM rises, it is read next. */
  wantCurve(vmId: string): void {
    const times = this.#times.get(vmId)
    if (!times) return
    const freshMs =
      times.curveBeganMs === null ? Number.NEGATIVE_INFINITY : times.curveBeganMs + CURVE_FRESH_MS
    times.curveDueMs = Math.min(times.curveDueMs, freshMs)
    times.dueMs = Math.min(times.dueMs, freshMs)
  }

  forget(vmId: string): void {
    this.#times.delete(vmId)
  }

  close(): void {
    this.#abort.abort()
  }

  /** A VM that begins to rise is not left to its rest; a time that no cadence explains comes from a clock that was set back. */
  #adjust(times: Times, { rising }: Outlook, atMs: number): void {
    const { riseCadence, restCadence, curveCadence } = this.#deps.thresholds
    // The curve that a storm leaves behind is not of the calm after it.
    if (times.rising && !rising) times.curveDueMs = Math.min(times.curveDueMs, atMs)
    times.rising = rising
    if (rising && times.beganMs !== null)
      times.dueMs = Math.min(times.dueMs, times.beganMs + riseCadence.value * 1000)
    if (times.dueMs - atMs > 2 * restCadence.value * 1000) times.dueMs = atMs
    if (times.curveDueMs - atMs > 2 * curveCadence.value * 1000) times.curveDueMs = atMs
  }

  /** Spreads the first readings of VMs new to a host, the riskiest first. */
  #admit(
    hostId: string,
    unseen: readonly { readonly vmId: string; readonly pagesPerSecond: number }[],
    atMs: number,
  ): readonly Times[] {
    const riskiestFirst = [...unseen].sort((a, b) => b.pagesPerSecond - a.pagesPerSecond)
    const withinMs = this.#deps.thresholds.firstReadingWithin.value * 1000
    const delays = firstReadingDelays(hostId, riskiestFirst.length, withinMs)
    return riskiestFirst.map(({ vmId }, rank) => {
      const times: Times = {
        vmId,
        beganMs: null,
        dueMs: atMs + (delays[rank] ?? 0),
        rising: false,
        curveBeganMs: null,
        curveDueMs: atMs + firstCurveDelay(vmId, this.#deps.thresholds.curveCadence.value * 1000),
      }
      this.#times.set(vmId, times)
      return times
    })
  }

  /** Begins what is due on a host, as long as it has places. */
  #fill(connectionId: string, hostId: string, moving: ReadonlySet<string>): void {
    const pool = this.#deps.livePool(connectionId)
    const plan = this.#plans.get(connectionId)
    if (!pool || !plan || this.#abort.signal.aborted) return
    let busy = 0
    for (const running of this.#running.values()) if (running.hostId === hostId) busy++
    const places = this.#deps.thresholds.readingsPerHost.value - busy
    if (places <= 0) return
    const vms = vmsById(pool.inventory)
    const elapsedMs = (this.#deps.clock.now() - plan.wallMs) * pool.inventory.pool.timeScale
    const nowMs = plan.atMs + elapsedMs
    const waiting: Waiting[] = []
    for (const { vmId, dueMs } of plan.timesByHost.get(hostId) ?? []) {
      if (dueMs > nowMs || this.#running.has(vmId)) continue
      const vm = vms.get(vmId)
      if (vm?.hostId === hostId && mayBeRead(vm, moving)) waiting.push({ vmId, dueMs })
    }
    for (const { vmId } of chooseReadings(waiting, { nowMs, places })) {
      const vm = vms.get(vmId)
      const times = this.#times.get(vmId)
      if (vm && times) this.#begin(pool, vm, { hostId, times, nowMs })
    }
  }

  #begin(
    pool: LivePool,
    vm: Vm,
    { hostId, times, nowMs }: { readonly hostId: string; readonly times: Times; readonly nowMs: number },
  ): void {
    const { restCadence, riseCadence, curveCadence } = this.#deps.thresholds
    const isCurve = !times.rising && times.curveDueMs <= nowMs && !this.#readsCurveOn(hostId)
    if (isCurve) {
      times.curveBeganMs = nowMs
      times.curveDueMs = nowMs + curveCadence.value * 1000
    }
    const windowsMs = isCurve ? CURVE_WINDOWS_MS : times.rising ? RISE_WINDOWS_MS : [WINDOW_MS]
    const cadenceMs = 1000 * (times.rising ? riseCadence : restCadence).value
    times.beganMs = nowMs
    times.dueMs = nowMs + nextReadingDelay(vm.id, nowMs, cadenceMs)
    const done = this.#read(pool, vm, windowsMs).finally(() => {
      this.#running.delete(vm.id)
      this.#fill(pool.connectionId, hostId, this.#deps.movingVmIds())
    })
    this.#running.set(vm.id, { hostId, isCurve, done })
  }

  /** One curve at a time on a host, so that a VM that rises need not wait for it. */
  #readsCurveOn(hostId: string): boolean {
    for (const running of this.#running.values())
      if (running.isCurve && running.hostId === hostId) return true
    return false
  }

  async #read(pool: LivePool, vm: Vm, windowsMs: readonly number[]): Promise<void> {
    const { log, onReading, onCurve } = this.#deps
    const { signal } = this.#abort
    const readings: DirtyRateReading[] = []
    try {
      for (const windowMs of windowsMs) {
        if (readings.length > 0 && !this.#mayGoOn(pool.connectionId, vm, windowMs)) break
        const asked = pool.hypervisor.readDirtyRate(vm.id, windowMs, signal)
        const reading = await (readings.length > 0 ? asked.catch(unlessUnsupported) : asked)
        if (reading === null) continue
        const why = impossible(reading, vm, windowMs)
        if (why !== null) {
          log.warn('a dirty rate was not believed', { vm: vm.name, why })
          break
        }
        if (readings.length === 0) onReading(pool, vm, reading)
        readings.push(reading)
      }
    } catch (error) {
      // A VM that begins an operation or moves away meanwhile is no trouble: its last rate grows older, in plain sight.
      if (signal.aborted || isAbort(error)) return
      log.info('no dirty rate', {
        vm: vm.name,
        why: error instanceof Error ? error.message : String(error),
      })
    }
    if (readings.length > 1) onCurve(vm, readings)
  }

  /** Whether another window of a VM may be opened: nothing has begun on it, and a long one does not meet its rise. */
  #mayGoOn(connectionId: string, vm: Vm, windowMs: number): boolean {
    const pool = this.#deps.livePool(connectionId)
    const now = pool && vmsById(pool.inventory).get(vm.id)
    return (
      now !== undefined &&
      now.hostId === vm.hostId &&
      mayBeRead(now, this.#deps.movingVmIds()) &&
      (windowMs <= WINDOW_MS || this.#times.get(vm.id)?.rising === false)
    )
  }
}

const mayBeRead = (vm: Vm, moving: ReadonlySet<string>): boolean =>
  vm.powerState === 'running' && vm.currentOperations.length === 0 && !moving.has(vm.id)

/** A host may read some windows and not others. */
const unlessUnsupported = (error: unknown): null => {
  if (error instanceof Failure && error.code === 'unsupported') return null
  throw error
}

/** A rate means nothing without its window, and a guest has no more pages to dirty than its memory. */
const impossible = ({ pages, windowMs }: DirtyRateReading, vm: Vm, askedMs: number): string | null => {
  if (windowMs < askedMs / 2 || windowMs > askedMs * 2)
    return `its window was ${windowMs} ms where ${askedMs} ms were asked for`
  if (pages > pagesOf(vm.memoryBytes)) return `${pages} pages are more than the VM has`
  return null
}

const listIn = <T>(lists: Map<string, T[]>, key: string): T[] => {
  const known = lists.get(key)
  if (known) return known
  const made: T[] = []
  lists.set(key, made)
  return made
}
