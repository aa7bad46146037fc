import { originCodes, SAMPLE_STEP_MS, type VmSample, type VmSeries } from '../../shared/model/sample.ts'
import type { LatestRows } from './latest-rows.ts'

/** How much of each VM's recent past the window keeps, ms. */
export const RING_MS = 10 * 60_000
/** A sample this much older than the last comes from a clock that was set back, ms: what was before it is of another time. */
export const SET_BACK_MS = 10_000
const FINE_SLOTS = 600
const COARSE_SLOTS = 120
/** Above this many VMs a ring keeps one sample in 5 s, so that 10,000 of them stay within some 40 MB. */
const FINE_FLEET = 2_000

/** One sample of a VM as it is kept in a ring; NaN stands for an unavailable value. */
interface Reading {
  readonly atMs: number
  readonly cpuRatio: number
  readonly memoryRatio: number
  readonly ioBytesPerSecond: number
  readonly dirtyPagesPerSecond: number
  readonly pageFaultsPerSecond: number
  /** One of `originCodes`, of the dirty rate. */
  readonly dirtyOrigin: number
}

/**
 * The last samples of one VM in typed arrays, outside React. `version` grows with every change, so a chart that draws by
 * animation frame knows whether there is anything new. Index 0 is the oldest; NaN stands for an unavailable value.
 */
export class SampleRing {
  readonly vmId: string
  readonly #slots: number
  /** Two samples closer than this share a slot; the later one stays. */
  readonly #stepMs: number
  readonly #atMs: Float64Array
  readonly #cpu: Float32Array
  readonly #memory: Float32Array
  readonly #io: Float32Array
  readonly #dirty: Float32Array
  readonly #faults: Float32Array
  readonly #origin: Uint8Array
  #start = 0
  #length = 0
  #version = 0

  constructor(vmId: string, fleetSize: number) {
    this.vmId = vmId
    this.#slots = fleetSize > FINE_FLEET ? COARSE_SLOTS : FINE_SLOTS
    this.#stepMs = fleetSize > FINE_FLEET ? RING_MS / COARSE_SLOTS : 0
    this.#atMs = new Float64Array(this.#slots)
    this.#cpu = new Float32Array(this.#slots)
    this.#memory = new Float32Array(this.#slots)
    this.#io = new Float32Array(this.#slots)
    this.#dirty = new Float32Array(this.#slots)
    this.#faults = new Float32Array(this.#slots)
    this.#origin = new Uint8Array(this.#slots)
  }

  get length(): number {
    return this.#length
  }
  get version(): number {
    return this.#version
  }

  #slot(index: number): number {
    return (this.#start + index) % this.#slots
  }

  /** Pool time of sample `index`, ms since the epoch. */
  atMs(index: number): number {
    return this.#atMs[this.#slot(index)] ?? Number.NaN
  }

  /** Dirty rate of sample `index`, pages/s. */
  dirtyPagesPerSecond(index: number): number {
    return this.#dirty[this.#slot(index)] ?? Number.NaN
  }

  /** One of `originCodes`. */
  dirtyOrigin(index: number): number {
    return this.#origin[this.#slot(index)] ?? 0
  }

  /** Adds a sample; one that is not newer than the last is ignored (a repeated tick), unless the clock was set back. */
  push(reading: Reading): void {
    const { atMs } = reading
    if (this.#length > 0 && atMs < this.atMs(this.#length - 1) - SET_BACK_MS) this.#length = 0
    const lastAtMs = this.#length > 0 ? this.atMs(this.#length - 1) : Number.NEGATIVE_INFINITY
    if (atMs <= lastAtMs) return
    const sharesSlot =
      this.#stepMs > 0 && Math.floor(atMs / this.#stepMs) === Math.floor(lastAtMs / this.#stepMs)
    if (!sharesSlot) {
      if (this.#length < this.#slots) this.#length++
      else this.#start = (this.#start + 1) % this.#slots
    }
    const slot = this.#slot(this.#length - 1)
    this.#atMs[slot] = atMs
    this.#cpu[slot] = reading.cpuRatio
    this.#memory[slot] = reading.memoryRatio
    this.#io[slot] = reading.ioBytesPerSecond
    this.#dirty[slot] = reading.dirtyPagesPerSecond
    this.#faults[slot] = reading.pageFaultsPerSecond
    this.#origin[slot] = reading.dirtyOrigin
    this.#version++
  }

  /** A copy of all columns, oldest first, in the form of `vm.series`. */
  series(): VmSeries {
    const ordered = <A extends Float64Array | Float32Array | Uint8Array>(column: A, into: A): A => {
      const head = column.subarray(this.#start, Math.min(this.#start + this.#length, this.#slots))
      into.set(head)
      into.set(column.subarray(0, this.#length - head.length), head.length)
      return into
    }
    const n = this.#length
    return {
      vmId: this.vmId,
      stepMs: SAMPLE_STEP_MS,
      atMs: ordered(this.#atMs, new Float64Array(n)),
      cpuRatio: ordered(this.#cpu, new Float32Array(n)),
      memoryRatio: ordered(this.#memory, new Float32Array(n)),
      ioBytesPerSecond: ordered(this.#io, new Float32Array(n)),
      dirtyPagesPerSecond: ordered(this.#dirty, new Float32Array(n)),
      pageFaultsPerSecond: ordered(this.#faults, new Float32Array(n)),
      dirtyOrigin: ordered(this.#origin, new Uint8Array(n)),
    }
  }
}

/** What rings take from the latest samples; undefined where a VM has none. */
const readingReader = (samples: LatestRows<VmSample>): ((vmId: string) => Reading | undefined) => {
  const atMsOf = samples.numberReader('atMs')
  const value = (field: keyof VmSample) => {
    const read = samples.numberReader(field, 'value')
    return (vmId: string) => read(vmId) ?? Number.NaN
  }
  const cpuRatio = value('cpuRatio')
  const memoryRatio = value('memoryRatio')
  const ioBytesPerSecond = value('ioBytesPerSecond')
  const dirtyPagesPerSecond = value('dirtyPagesPerSecond')
  const pageFaultsPerSecond = value('pageFaultsPerSecond')
  const dirtyOrigin = samples.wordReader(originCodes, 'dirtyPagesPerSecond', 'origin')
  return vmId => {
    const atMs = atMsOf(vmId)
    if (atMs === undefined) return undefined
    return {
      atMs,
      cpuRatio: cpuRatio(vmId),
      memoryRatio: memoryRatio(vmId),
      ioBytesPerSecond: ioBytesPerSecond(vmId),
      dirtyPagesPerSecond: dirtyPagesPerSecond(vmId),
      pageFaultsPerSecond: pageFaultsPerSecond(vmId),
      dirtyOrigin: dirtyOrigin(vmId) ?? originCodes.unavailable,
    }
  }
}

/** In how many ticks every ring of a large fleet has had its turn: as many seconds as its slots are long. */
const TURNS = RING_MS / COARSE_SLOTS / 1000

/** The rings of a fleet by VM id. */
export class SampleRings {
  readonly #rings = new Map<string, SampleRing>()
  /** Rings that somebody follows: they get every sample. */
  readonly #followed = new Map<string, number>()
  #tick = 0

  /** The ring of a VM; undefined before its first sample. */
  of(vmId: string): SampleRing | undefined {
    return this.#rings.get(vmId)
  }

  /** Gives a VM's ring every sample, also in a fleet so large that rings take turns; returns what ends that. */
  follow(vmId: string): () => void {
    this.#followed.set(vmId, (this.#followed.get(vmId) ?? 0) + 1)
    return () => {
      const left = (this.#followed.get(vmId) ?? 1) - 1
      if (left === 0) this.#followed.delete(vmId)
      else this.#followed.set(vmId, left)
    }
  }

  /** Adds the latest samples. In a large fleet only a fifth of the rings at a time, so that no tick costs much. */
  push(samples: LatestRows<VmSample>, fleetSize: number): void {
    this.#tick++
    const turns = fleetSize > FINE_FLEET ? TURNS : 1
    const read = readingReader(samples)
    let row = 0
    for (const vmId of samples.latestIds) {
      row++
      if (row % turns === this.#tick % turns || !this.#rings.has(vmId)) this.#add(vmId, read(vmId), fleetSize)
    }
    if (turns > 1) for (const vmId of this.#followed.keys()) this.#add(vmId, read(vmId), fleetSize)
  }

  #add(vmId: string, reading: Reading | undefined, fleetSize: number): void {
    if (!reading) return
    let ring = this.#rings.get(vmId)
    if (!ring) {
      ring = new SampleRing(vmId, fleetSize)
      this.#rings.set(vmId, ring)
    }
    ring.push(reading)
  }

  /** Forgets every VM that `keeps` does not name. */
  retain(keeps: { has(vmId: string): boolean }): void {
    for (const vmId of this.#rings.keys()) if (!keeps.has(vmId)) this.#rings.delete(vmId)
  }

  clear(): void {
    this.#rings.clear()
  }
}
