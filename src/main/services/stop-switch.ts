import type { StoredSettings } from '../../shared/model/stored-settings.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store.ts'
import type { Connections } from './connections.ts'
import type { Migrator } from './migrator.ts'

interface Deps {
  readonly connections: Connections
  readonly migrator: Migrator
  readonly store: Store
  readonly clock: Clock
}

/** The one switch that stops everything Longshore does by itself; a restart does not release it. */
export class StopSwitch {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** As it stood when the last run ended. To be called before anything is started. */
  restore({ stoppedSinceMs }: StoredSettings): void {
    this.#deps.connections.setStopped(stoppedSinceMs ?? null)
  }

  /** Nothing is started by itself from now on, and what can still be cancelled is. Returns how many that are. */
  stop(): number {
    const { connections, migrator, store, clock } = this.#deps
    const stoppedSinceMs = connections.overview.value.stoppedSinceMs ?? clock.now()
    connections.setStopped(stoppedSinceMs)
    store.putSettings({ stoppedSinceMs })
    return migrator.cancelAll()
  }

  resume(): void {
    this.#deps.connections.setStopped(null)
    this.#deps.store.putSettings({ stoppedSinceMs: null })
  }
}
