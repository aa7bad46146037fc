import { Fragment } from 'react'
import { useFleet, useMigrations, useUi } from '../state/index.ts'
import { breadcrumb } from './breadcrumb.ts'
import { OperationsButton } from './OperationsButton.tsx'
import { PoolClock } from './PoolClock.tsx'
import styles from './StatusLine.module.css'

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
  const vmId = route.screen === 'vm' ? route.vmId : migration?.vmId
  const poolId = vmId === undefined ? undefined : vmsById.get(vmId)?.poolId
  return (
    <div className={styles.line}>
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
      <PoolClock poolId={poolId} />
      <OperationsButton />
    </div>
  )
}
