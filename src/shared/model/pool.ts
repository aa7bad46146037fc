import type { PoolGuards } from './pool-guards.ts'

export interface Pool {
  readonly id: string
  readonly connectionId: string
  readonly name: string
  readonly masterHostId: string
  /** Payload bandwidth of the migration network, bytes/s. */
  readonly linkBytesPerSecond: number
  /** Whether it announces a time scale, as only a lab does. */
  readonly isLab: boolean
  /** Seconds of pool time that pass in one second here; 1 for everything but a lab. */
  readonly timeScale: number
  /** Remarks of the pool about itself that its operators should read, such as how fast a recorded trace plays. */
  readonly remarks: readonly string[]
  readonly guards: PoolGuards
}
