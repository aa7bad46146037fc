import { Fragment } from 'react'
import type { Migration } from '../../shared/model/migration.ts'
import { type FleetState, type Route, useFleet, useMigrations, useUi } from '../state/index.ts'
import { breadcrumb } from './breadcrumb.ts'
import { NoticesTray } from './NoticesTray.tsx'
import { OperationsButton } from './OperationsButton.tsx'
import { PoolClock } from './PoolClock.tsx'
import styles from './StatusLine.module.css'

/** What the pools on the screen say about themselves, such as how fast a recorded trace plays. */
const Remarks = ({ poolId }: { readonly poolId: string | undefined }) => {
  const pools = useFleet(s => s.pools)
  const remarks = pools
    .filter(pool => pool.remarks.length > 0 && (poolId === undefined || pool.id === poolId))
    .map(pool => (pools.length > 1 ? `${pool.name}: ` : '') + pool.remarks.join('; '))
  if (remarks.length === 0) return null
  return (
    <span className={styles.remarks} title={remarks.join('\n')}>
      {remarks.join('. ')}
    </span>
  )
}

/** The pool that the screen is about; undefined where it is about all. */
const poolIdOf = (
  route: Route,
  { vmsById, hostsById }: Pick<FleetState, 'vmsById' | 'hostsById'>,
  migration: Migration | undefined,
): string | undefined => {
  if (route.screen === 'pool') return route.poolId
  if (route.screen === 'host') return hostsById.get(route.hostId)?.poolId
  const vmId = route.screen === 'vm' ? route.vmId : migration?.vmId
  return vmId === undefined ? undefined : vmsById.get(vmId)?.poolId
}

/** Where we are, which clock it is, and what is under way. */
export const StatusLine = () => {
  const route = useUi(s => s.route)
  const vmsById = useFleet(s => s.vmsById)
  const hostsById = useFleet(s => s.hostsById)
  const poolsById = useFleet(s => s.poolsById)
  const migration = useMigrations(s =>
    route.screen === 'migration' ? s.byId.get(route.migrationId) : undefined,
  )
  const crumbs = breadcrumb(route, { vmsById, hostsById, poolsById }, migration)
  const poolId = poolIdOf(route, { vmsById, hostsById }, migration)
  return (
    <section aria-label="Where and when" className={styles.line}>
      <nav aria-label="Breadcrumb" className={styles.crumbs}>
        {crumbs.map((crumb, index) => (
          <Fragment key={crumb.id}>
            {index > 0 && <span className={styles.slash}>/</span>}
            {crumb.hash ? (
              <a href={crumb.hash}>{crumb.word}</a>
            ) : (
              <span aria-current="page" className={styles.here}>
                {crumb.word}
              </span>
            )}
          </Fragment>
        ))}
      </nav>
      {(route.screen === 'fleet' || poolId !== undefined) && <Remarks poolId={poolId} />}
      <span className={styles.space} />
      <PoolClock poolId={poolId} />
      <NoticesTray />
      <OperationsButton />
    </section>
  )
}
