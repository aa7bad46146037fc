import type { CpuPoint } from '../core/placement/forecast-host-cpu.ts'

/** How often a forecast is noted to be compared later: errors of neighbouring seconds say the same twice. Pool time. */
const NOTE_EVERY_MS = 10_000
/** Errors kept for each host and distance: half an hour at that pace. */
const ERRORS_KEPT = 180
/** A reading this much after the time it was forecast for is no comparison: two steps of the servers' archives. */
const LATEST_MS = 10_000

interface Noted {
  readonly dueMs: number
  readonly aheadMs: number
  readonly cpuRatio: number
}

interface HostNotes {
  notedAtMs: number
  noted: Noted[]
  readonly errors: Map<number, number[]>
}

/** How far forecasts of hosts' CPU were off, by host and distance: measured less forecast. */
export class HostErrors {
  readonly #hosts = new Map<string, HostNotes>()

  /** Compares what was forecast for now with a reading taken at `atMs`. */
  measured(hostId: string, atMs: number, cpuRatio: number): void {
    const notes = this.#hosts.get(hostId)
    if (!notes) return
    const due = notes.noted.filter(noted => noted.dueMs <= atMs)
    if (due.length === 0) return
    notes.noted = notes.noted.filter(noted => noted.dueMs > atMs)
    for (const { dueMs, aheadMs, cpuRatio: forecast } of due) {
      if (atMs - dueMs > LATEST_MS) continue
      const errors = notes.errors.get(aheadMs) ?? []
      errors.push(cpuRatio - forecast)
      if (errors.length > ERRORS_KEPT) errors.shift()
      notes.errors.set(aheadMs, errors)
    }
  }

  /** Notes what is forecast at `atMs`. */
  forecast(hostId: string, atMs: number, points: readonly CpuPoint[]): void {
    const notes: HostNotes = this.#hosts.get(hostId) ?? { notedAtMs: 0, noted: [], errors: new Map() }
    if (points.length === 0 || atMs - notes.notedAtMs < NOTE_EVERY_MS) return
    notes.notedAtMs = atMs
    for (const { aheadMs, cpuRatio } of points) notes.noted.push({ dueMs: atMs + aheadMs, aheadMs, cpuRatio })
    this.#hosts.set(hostId, notes)
  }

  of(hostId: string, aheadMs: number): readonly number[] {
    return this.#hosts.get(hostId)?.errors.get(aheadMs) ?? []
  }

  /** Forgets hosts that are gone. */
  retain(isThere: (hostId: string) => boolean): void {
    for (const hostId of this.#hosts.keys()) if (!isThere(hostId)) this.#hosts.delete(hostId)
  }
}
