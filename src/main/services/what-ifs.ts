import { Failure, isAbort, reportOf } from '../../shared/failure.ts'
import type { WhatIfItem } from '../../shared/model/what-if.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Simulator } from '../ports/simulator.ts'
import { LiveValue } from './live-value.ts'
import type { Operations } from './operations.ts'
import { orderForMigration, orderForVm, type WhatIfOrder, type WhatIfSources } from './what-if-order.ts'
import { runWhatIf } from './what-if-run.ts'

interface Deps extends WhatIfSources {
  readonly simulator: Pick<Simulator, 'run'>
  readonly operations: Operations
  readonly clock: Clock
  readonly log: Log
}

type State = WhatIfItem | { readonly kind: 'failed'; readonly failure: Failure }

/** Comparisons kept, the oldest is let go first. */
const KEPT = 50
/** What is not done by then is left out. */
const LONGEST_MS = 180_000
/** Below this part a remaining time would be told by next to nothing. A guess. */
const TELLING_RATIO = 0.05

/** Compares migrations, done or thinkable, with what every policy makes of them; each comparison is an operation. */
export class WhatIfs {
  readonly #known = new Map<string, LiveValue<State>>()
  readonly #closing = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** The comparison of a migration that has ended: begun unless it is known or under way already. */
  watchMigration(migrationId: string, signal: AbortSignal): AsyncGenerator<WhatIfItem> {
    return this.#watch({ key: `migration ${migrationId}`, signal, keeps: true }, () =>
      orderForMigration(this.#deps, migrationId),
    )
  }

  /** What each policy would make of a VM now: begun anew unless one is under way. */
  watchVm(vmId: string, signal: AbortSignal): AsyncGenerator<WhatIfItem> {
    return this.#watch({ key: `vm ${vmId}`, signal, keeps: false }, () => orderForVm(this.#deps, vmId))
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#underWay)
  }

  async *#watch(
    { key, signal, keeps }: { readonly key: string; readonly signal: AbortSignal; readonly keeps: boolean },
    orderOf: () => Promise<WhatIfOrder>,
  ): AsyncGenerator<WhatIfItem> {
    const isGoing = (): boolean => {
      const kind = this.#known.get(key)?.value.kind
      return kind === 'running' || (keeps && kind === 'done')
    }
    if (!isGoing()) {
      const order = await orderOf()
      if (!isGoing()) this.#begin(key, order)
    }
    const live = this.#known.get(key)
    if (live === undefined) return
    for await (const state of live.watch(signal)) {
      if (state.kind === 'failed') throw state.failure
      yield state
      if (state.kind !== 'running') return
    }
  }

  #begin(key: string, order: WhatIfOrder): void {
    const operationId = crypto.randomUUID()
    const live = new LiveValue<State>({ kind: 'running', operationId, progress: 0, remainingMs: null })
    this.#known.delete(key)
    this.#known.set(key, live)
    const [oldest] = this.#known.keys()
    if (this.#known.size > KEPT && oldest !== undefined) this.#known.delete(oldest)
    const run = this.#run(operationId, order, live).finally(() => this.#underWay.delete(run))
    this.#underWay.add(run)
  }

  async #run(operationId: string, order: WhatIfOrder, live: LiveValue<State>): Promise<void> {
    const { operations, clock, simulator, log } = this.#deps
    const [cancel, late, over] = [new AbortController(), new AbortController(), new AbortController()]
    const startedMs = clock.now()
    operations.start({
      id: operationId,
      kind: 'simulation',
      title: order.title,
      cancel: () => cancel.abort(),
    })
    const onProgress = (progress: number): void => {
      const leftMs = ((clock.now() - startedMs) * (1 - progress)) / progress
      const remainingMs = progress < TELLING_RATIO ? null : Math.min(leftMs, LONGEST_MS)
      operations.progress(operationId, { progress, remainingMs, cancellable: true })
      live.set({ kind: 'running', operationId, progress, remainingMs })
    }
    clock.wait(LONGEST_MS, over.signal).then(
      () => late.abort(),
      () => {},
    )
    try {
      const signal = AbortSignal.any([cancel.signal, this.#closing.signal])
      const whatIf = await runWhatIf(order, { simulator, signal, late: late.signal, onProgress })
      operations.end(operationId, 'succeeded')
      live.set({ kind: 'done', whatIf })
    } catch (error) {
      if (isAbort(error)) {
        operations.end(operationId, 'cancelled')
        live.set({ kind: 'cancelled' })
        return
      }
      log.error('policies cannot be compared', error)
      const report = reportOf(error, {
        what: 'The policies could not be compared',
        remedy: 'Try again; the log has more.',
      })
      operations.end(operationId, 'failed', report)
      live.set({ kind: 'failed', failure: new Failure(report, error) })
    } finally {
      over.abort()
    }
  }
}
