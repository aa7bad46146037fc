export const powerStates = ['running', 'paused', 'suspended', 'halted', 'unknown'] as const
export type PowerState = (typeof powerStates)[number]

export interface Vm {
  readonly id: string
  readonly poolId: string
  /** The host it runs on; null when it runs nowhere. */
  readonly hostId: string | null
  readonly name: string
  readonly description: string
  readonly powerState: PowerState
  readonly memoryBytes: number
  /** What the server may shrink it to, as it does before it moves it; `memoryBytes` where it leaves it as it is. */
  readonly memoryMinBytes: number
  readonly vcpuCount: number
  /** Null when the server would accept a live migration, else the reason why not. */
  readonly immovableBecause: string | null
  /** Operations the server is carrying out on it now, such as `pool_migrate`. */
  readonly currentOperations: readonly string[]
}
