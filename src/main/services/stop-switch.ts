import type { Connections } from './connections.ts'
import type { Migrator } from './migrator.ts'

/** The one switch that stops everything Longshore does by itself. */
export class StopSwitch {
  readonly #connections: Connections
  readonly #migrator: Migrator

  constructor({ connections, migrator }: { connections: Connections; migrator: Migrator }) {
    this.#connections = connections
    this.#migrator = migrator
  }

  /** Nothing is started by itself from now on, and what can still be cancelled is. Returns how many that are. */
  stop(): number {
    this.#connections.setStopped(true)
    return this.#migrator.cancelAll()
  }

  resume(): void {
    this.#connections.setStopped(false)
  }
}
