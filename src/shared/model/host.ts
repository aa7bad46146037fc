import type { Capabilities } from './capabilities.ts'

export interface Host {
  readonly id: string
  readonly poolId: string
  readonly name: string
  readonly address: string
  readonly cpuCount: number
  readonly memoryBytes: number
  readonly enabled: boolean
  readonly live: boolean
  readonly capabilities: Capabilities
}
