import { LabClock } from './lab-clock.ts'
import type { LabConfig } from './lab-config.ts'
import type { LabInfo } from './lab-info.ts'
import { type LabPool, type LabPoolControls, openLabPool } from './lab-pool.ts'
import { PoolDirectory } from './pool-directory.ts'

export interface LabOptions {
  readonly pools: readonly LabConfig[]
  /** Of the first pool, the others get those that follow; 0 takes any free ones. */
  readonly port: number
  readonly seed: number
  readonly user: string
  readonly password: string
  /** HTTPS with a self-signed certificate per host. */
  readonly tls?: boolean
  /** Seconds of lab time in a second, 1 to 60; 1 while a VM migrates. */
  readonly speed?: number
  /** XML-RPC only, as servers before 7.3 did. */
  readonly xmlOnly?: boolean
}

export interface OpenLab {
  readonly info: LabInfo
  /** By pool, in the order of the options. */
  readonly controls: readonly LabPoolControls[]
  close(): Promise<void>
}

/** Opens a lab in this thread: its pools, their XenAPI and one HTTP server per host. */
export const openLab = async (options: LabOptions): Promise<OpenLab> => {
  const { port, seed, user, password, tls = false, xmlOnly = false, speed = 1 } = options
  const clock = new LabClock(speed)
  const directory = new PoolDirectory()
  const pools: LabPool[] = []
  const close = async () => {
    await Promise.all(pools.map(pool => pool.close()))
    clock.close()
  }
  try {
    for (const [index, config] of options.pools.entries())
      pools.push(
        await openLabPool({
          config,
          index,
          port: port === 0 ? 0 : port + index,
          seed,
          account: { user, password },
          tls,
          xmlOnly,
          clock,
          directory,
        }),
      )
    const info = { url: pools[0]?.info.url ?? '', user, password, pools: pools.map(pool => pool.info) }
    return { info, controls: pools.map(pool => pool.controls), close }
  } catch (error) {
    await close()
    throw error
  }
}
