import type { Pool } from '../../shared/model/pool.ts'
import { useConnectionOfPool, useFleet } from '../state/index.ts'
import { Clock } from '../ui/Clock.tsx'
import styles from './StatusLine.module.css'

const PoolTime = ({ pool, isNamed }: { readonly pool: Pool; readonly isNamed: boolean }) => {
  const atMs = useFleet(s => s.poolTimeMs.get(pool.id))
  const isFresh = useFleet(s => s.feed.state === 'live')
  const connection = useConnectionOfPool(pool.id)
  const isLive = isFresh && connection?.state === 'live'
  const mode = isLive ? (pool.isLab ? 'lab' : 'live') : 'stale'
  const word = { lab: `LAB ${pool.timeScale}x`, live: 'LIVE', stale: 'STALE' }[mode]
  if (atMs === undefined) return null
  return (
    <span className={styles.clock} title={pool.remarks.join('\n') || undefined}>
      {isNamed && <bdi className={styles.poolName}>{pool.name}</bdi>}
      <span className={styles.mode} data-mode={mode}>
        {word}
      </span>
      <Clock atMs={atMs} />
    </span>
  )
}

/** Mode and pool time of one pool, or of the first three where the screen shows all. */
export const PoolClock = ({ poolId }: { readonly poolId: string | undefined }) => {
  const pools = useFleet(s => s.pools)
  const shown = poolId === undefined ? pools.slice(0, 3) : pools.filter(pool => pool.id === poolId)
  return shown.map(pool => <PoolTime key={pool.id} pool={pool} isNamed={shown.length > 1} />)
}
