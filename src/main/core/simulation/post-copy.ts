import type { PageSet } from '../numeric/page-set.ts'
import type { Random } from '../numeric/random.ts'
import type { GuestMemory } from './guest-memory.ts'
import { bytesOfPage, type Link } from './link.ts'
import type { PageSender } from './page-sender.ts'

export interface PostCopyStart {
  readonly guest: GuestMemory
  readonly sender: PageSender
  readonly link: Link
  /** Pages that the destination does not hold yet; emptied as they arrive. */
  readonly missing: PageSet
  readonly vcpuCount: number
  readonly random: Random
}

/**
 * The guest runs at the destination while pages are missing. Each vCPU makes its share of the guest's writes one after
 * the other; a write to a missing page waits for a round trip and the page. Meanwhile the source pushes what is
 * missing in address order. Reads are not simulated: they fault neither here nor count elsewhere.
 */
export class PostCopy {
  readonly #start: PostCopyStart
  #vcpuMs = 0
  #stallVcpuMs = 0
  #demandFaults = 0
  #pushedPages = 0
  #writes = 0

  constructor(start: PostCopyStart) {
    this.#start = start
  }

  get demandFaults(): number {
    return this.#demandFaults
  }

  get pushedPages(): number {
    return this.#pushedPages
  }

  /** Writes made at the destination so far. */
  get writes(): number {
    return this.#writes
  }

  /** Time the guest has waited for pages, ms: the mean over its vCPUs. */
  get stallMs(): number {
    return this.#stallVcpuMs / this.#start.vcpuCount
  }

  /** Advances by at most `ms`; returns the ms used, less only when the last page arrived. */
  step(ms: number, writesPerSecond: readonly number[]): number {
    const { missing, sender } = this.#start
    this.#runGuest(ms, writesPerSecond)
    const before = missing.size
    const used = before === 0 ? 0 : sender.send(missing, ms)
    this.#pushedPages += before - missing.size
    return used
  }

  /** No page comes for `ms`: the guest stands still, as it soon misses one. */
  stall(ms: number): void {
    this.#stallVcpuMs += ms * this.#start.vcpuCount
    this.#start.guest.heat.elapse(ms)
  }

  #runGuest(ms: number, writesPerSecond: readonly number[]): void {
    const { guest, vcpuCount, random } = this.#start
    const total = writesPerSecond.reduce((sum, rate) => sum + rate, 0)
    if (total > 0) {
      const vcpuMsPerWrite = (vcpuCount * 1000) / total
      this.#vcpuMs += ms * vcpuCount
      while (this.#vcpuMs >= vcpuMsPerWrite) {
        this.#vcpuMs -= vcpuMsPerWrite
        this.#write(guest.pickPage(pickClass(writesPerSecond, random.unit() * total)))
      }
    }
    guest.heat.elapse(ms)
  }

  #write(page: number): void {
    const { guest, missing, sender, link } = this.#start
    if (missing.has(page)) {
      const waitMs = link.roundTripMs + sender.msFor(bytesOfPage(guest.versions[page] ?? 0))
      sender.copy(missing, page)
      this.#demandFaults++
      this.#stallVcpuMs += waitMs
      this.#vcpuMs -= waitMs
    }
    sender.destination[page] = (sender.destination[page] ?? 0) + 1
    this.#writes++
    guest.heat.note(page)
  }
}

const pickClass = (rates: readonly number[], at: number): number => {
  let left = at
  for (let i = 0; i < rates.length; i++) {
    left -= rates[i] ?? 0
    if (left < 0) return i
  }
  return Math.max(0, rates.length - 1)
}
