import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'

type Unnumbered<E> = E extends unknown ? Omit<E, 'sequence'> : never
/** A HostMigrationEvent before its host has numbered it. */
export type MigrationFact = Unnumbered<HostMigrationEvent>
