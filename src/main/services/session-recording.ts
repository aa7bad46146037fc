import type { Connection } from '../../shared/model/connection.ts'
import type { Forecast } from '../../shared/model/forecast.ts'
import { hasEnded } from '../core/migration/transitions.ts'
import type { Log } from '../ports/log.ts'
import type { SessionRecorder } from '../ports/session-recorder.ts'
import type { Connections } from './connections.ts'
import type { ControlLoop } from './control-loop.ts'
import type { Decisions } from './decisions.ts'
import type { FleetState } from './fleet-state.ts'
import type { Migrator } from './migrator.ts'

interface Deps {
  readonly recorder: SessionRecorder
  readonly connections: Pick<Connections, 'overview'>
  readonly decisions: Pick<Decisions, 'states'>
  readonly migrator: Pick<Migrator, 'states'>
  readonly loop: Pick<ControlLoop, 'fleet'>
  readonly log: Log
}

/** Estimates and forecasts can be made again from the samples: now and then is enough to show what was believed. */
const BELIEFS_EVERY_MS = 10_000

/** Keeps what Longshore itself says and does in the session; what pools say goes there by `recordedHypervisor`. */
export class SessionRecording {
  readonly #deps: Deps
  readonly #abort = new AbortController()
  readonly #connections = new Map<string, string>()
  #stopped = false
  #beliefsAtMs = Number.NEGATIVE_INFINITY

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** To be called when earlier runs have been restored: they are in their own sessions. */
  start(): void {
    const { decisions, migrator, connections, loop } = this.#deps
    this.#watch(connections.overview.watch(this.#abort.signal), ({ connections: all, stoppedSinceMs }) => {
      const stopped = stoppedSinceMs !== null
      for (const connection of all) this.#connection(connection)
      if (stopped !== this.#stopped) this.#deps.recorder.fact({ kind: 'stop', stopped })
      this.#stopped = stopped
    })
    this.#watch(changesOf(decisions.states.watch(this.#abort.signal)), changed => {
      for (const decision of changed)
        this.#deps.recorder.fact({ kind: 'decision', decision: { ...decision } })
    })
    this.#watch(changesOf(migrator.states.watch(this.#abort.signal)), changed => {
      for (const migration of changed)
        if (hasEnded(migration.phase))
          this.#deps.recorder.fact({ kind: 'migration', migration: { ...migration } })
    })
    this.#watch(loop.fleet.watch(this.#abort.signal), fleet => {
      if (Math.abs(fleet.atMs - this.#beliefsAtMs) < BELIEFS_EVERY_MS) return
      this.#beliefsAtMs = fleet.atMs
      this.#beliefs(fleet)
    })
  }

  close(): void {
    this.#abort.abort()
  }

  #beliefs({ atMs, vmSamples, forecasts }: FleetState): void {
    const { recorder } = this.#deps
    const estimated = vmSamples.filter(
      ({ dirtyPagesPerSecond }) => dirtyPagesPerSecond.origin === 'estimated',
    )
    const rates = estimated.map(({ vmId, dirtyPagesPerSecond }) => ({ vmId, dirtyPagesPerSecond }))
    if (rates.length > 0) recorder.estimates(atMs, rates)
    if (forecasts.length > 0) recorder.forecasts(summaryOf(atMs, forecasts))
  }

  /** Says what changed; when it was last heard changes every second and says nothing. */
  #connection({ id: connectionId, name, url, user, level, state, failure }: Connection): void {
    const told = failure && { code: failure.code, message: failure.message }
    const fact = { kind: 'connection', connectionId, name, url, user, level, state, failure: told } as const
    const text = JSON.stringify(fact)
    if (this.#connections.get(connectionId) === text) return
    this.#connections.set(connectionId, text)
    this.#deps.recorder.fact(fact)
  }

  #watch<T>(source: AsyncIterable<T>, take: (value: T) => void): void {
    const read = async () => {
      for await (const value of source) take(value)
    }
    read().catch(error => this.#deps.log.error('a part of the session is not recorded any more', error))
  }
}

/** All but the first item, which is what there was before. */
async function* changesOf<T>(source: AsyncIterable<readonly T[]>): AsyncGenerator<readonly T[]> {
  let isFirst = true
  for await (const values of source) {
    if (!isFirst) yield values
    isFirst = false
  }
}

const summaryOf = (poolMs: number, forecasts: readonly Forecast[]) => {
  const highest = (figure: 'dirtyPagesPerSecond' | 'cpuRatio') =>
    Float64Array.from(forecasts, ({ points }) => Math.max(...points.map(point => point[figure])))
  return {
    poolMs,
    vmIds: forecasts.map(({ vmId }) => vmId),
    dirtyPagesPerSecond: highest('dirtyPagesPerSecond'),
    cpuRatio: highest('cpuRatio'),
  }
}
