import { memo, type ReactNode } from 'react'
import type { Host } from '../../../shared/model/host.ts'
import type { HostLoad } from '../../../shared/model/host-load.ts'
import type { Measure } from '../../../shared/model/measure.ts'
import { formatBytes, formatLoad } from '../../../shared/units.ts'
import { type FleetColumn, hashOf, useFleet, useFleetRow } from '../../state/index.ts'
import { Dot } from '../../ui/Dot.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { highestLoad, loadTitle, overloadText } from '../pool/index.ts'
import { FigureCell } from './FigureCell.tsx'
import styles from './FleetTable.module.css'
import { gibText, measureText } from './figure-text.ts'

import type { FleetRow } from './fleet-rows.ts'
import { riskCounts } from './risk-counts.ts'

type Group = Exclude<FleetRow, { kind: 'vm' }>
type Cells = Partial<Record<FleetColumn, ReactNode>>

const countText = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`

const AtRisk = ({ count }: { readonly count: number }) =>
  count === 0 ? null : (
    <span className={styles.risk} data-level="high">
      <Dot tone="high" /> {count} at risk
    </span>
  )

const HostRisk = ({ atRisk, load }: { readonly atRisk: number; readonly load: HostLoad | undefined }) => {
  const overload = load && overloadText(load.overload)
  if (!overload) return <AtRisk count={atRisk} />
  return (
    <span className={styles.risk} data-level="high" title={overload.title}>
      <Dot tone="high" /> {overload.text}
    </span>
  )
}

const hostState = (host: Host): string => (!host.live ? 'down' : host.enabled ? 'up' : 'disabled')

const memoryCell = (host: Host, ratio: Measure | undefined) => {
  const used = measureText(ratio, value => gibText(value * host.memoryBytes))
  return <FigureCell of={used} title={`Of ${formatBytes(host.memoryBytes)}. ${used.title}`} />
}

const usePoolCells = (row: Group): Cells => {
  const poolId = row.kind === 'pool' ? row.poolId : undefined
  const pool = useFleet(s => (poolId === undefined ? undefined : s.poolsById.get(poolId)))
  const atRisk = useFleet(s => (poolId === undefined ? 0 : (riskCounts(s).byPool.get(poolId) ?? 0)))
  const highest = useFleet(s => (poolId === undefined ? null : highestLoad(s, poolId)))
  if (!pool) return {}
  return {
    name: (
      <a className={styles.name} href={hashOf({ screen: 'pool', poolId: pool.id })} tabIndex={-1}>
        <b>{pool.name}</b>
      </a>
    ),
    state: countText(row.vmCount, 'VM'),
    load: highest === null ? '-' : formatLoad(highest),
    risk: <AtRisk count={atRisk} />,
  }
}

const useHostCells = (row: Group): Cells => {
  const hostId = row.kind === 'host' ? row.hostId : undefined
  const host = useFleet(s => (hostId === undefined ? undefined : s.hostsById.get(hostId)))
  const sample = useFleetRow(s => (hostId === undefined ? undefined : s.hostSamples.get(hostId)))
  const atRisk = useFleet(s => (hostId === undefined ? 0 : (riskCounts(s).byHost.get(hostId) ?? 0)))
  const load = useFleet(s => (hostId === undefined ? undefined : s.hostLoads.get(hostId)))
  if (!host) return {}
  const cpu = measureText(sample?.cpuRatio, ratio => Math.round(ratio * 100).toString())
  return {
    name: (
      <a className={styles.name} href={hashOf({ screen: 'host', hostId: host.id })} tabIndex={-1}>
        {host.name}
      </a>
    ),
    state: `${hostState(host)}, ${countText(row.vmCount, 'VM')}`,
    load: <span title={loadTitle(load)}>{load?.index == null ? '-' : formatLoad(load.index)}</span>,
    cpu: <FigureCell of={cpu} />,
    memory: memoryCell(host, sample?.memoryRatio),
    risk: <HostRisk atRisk={atRisk} load={load} />,
  }
}

/** The line of a pool, a host, or of the VMs that run on no host. */
export const GroupRow = memo(
  ({
    row,
    shown,
    onToggle,
  }: {
    readonly row: Group
    readonly shown: readonly FleetColumn[]
    readonly onToggle: (key: string) => void
  }) => {
    const cells: Cells = { ...usePoolCells(row), ...useHostCells(row) }
    if (row.kind === 'unplaced') {
      cells.name = 'on no host'
      cells.state = countText(row.vmCount, 'VM')
    }
    return (
      <div className={styles.cells} data-kind={row.kind}>
        {shown.map(column => (
          // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: cells of a virtualised grid; the grid holds the focus
          <div key={column} role="gridcell" className={styles.cell} data-column={column}>
            {column === 'name' ? (
              <>
                <button
                  type="button"
                  tabIndex={-1}
                  className={styles.toggle}
                  style={{ paddingLeft: (row.level - 1) * 16 }}
                  aria-label={row.isOpen ? 'Close the group' : 'Open the group'}
                  onClick={() => onToggle(row.key)}
                >
                  <span className={styles.chevron} data-open={row.isOpen || undefined}>
                    <Icon name="chevron" size={12} />
                  </span>
                </button>
                {cells.name}
              </>
            ) : (
              cells[column]
            )}
          </div>
        ))}
      </div>
    )
  },
)
GroupRow.displayName = 'GroupRow'
