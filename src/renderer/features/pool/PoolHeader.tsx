import type { Host } from '../../../shared/model/host.ts'
import type { HostLoad } from '../../../shared/model/host-load.ts'
import type { Pool } from '../../../shared/model/pool.ts'
import { formatLoad } from '../../../shared/units.ts'
import { useFleet } from '../../state/index.ts'
import { clockText } from '../../ui/clock-text.ts'
import { SubjectHeader } from '../../ui/SubjectHeader.tsx'
import { aheadText } from './ahead-text.ts'
import { forecastReachMs, likeliestOverload } from './host-figures.ts'
import { loadTitle } from './load-words.ts'
import styles from './pool.module.css'

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** Loads beyond this many are told as their highest. */
const LOADS_SHOWN = 8

const Loads = ({ loads }: { readonly loads: readonly HostLoad[] }) => {
  const known = loads.flatMap(load => (load.index === null ? [] : [{ ...load, index: load.index }]))
  if (known.length === 0) return <span className={styles.dim}>no host tells its load</span>
  const shown = known.length > LOADS_SHOWN ? known.toSorted((a, b) => b.index - a.index).slice(0, 3) : known
  return (
    <span>
      <span className={styles.dim}>load</span>{' '}
      {shown.map(({ hostId, index }, at) => (
        <span key={hostId} title={loadTitle(loads.find(load => load.hostId === hostId))}>
          {at > 0 && <span className={styles.dim}> / </span>}
          {formatLoad(index)}
        </span>
      ))}
      {shown.length < known.length && <span className={styles.dim}> the highest of {known.length}</span>}
    </span>
  )
}

const OverloadRisk = ({ loads }: { readonly loads: readonly HostLoad[] }) => {
  const worst = likeliestOverload(loads)
  const host = useFleet(s => (worst ? s.hostsById.get(worst.hostId) : undefined))
  const reachMs = forecastReachMs(loads)
  if (reachMs === 0) return <span className={styles.dim}>no forecast of its hosts</span>
  const within = `overload within ${aheadText(reachMs)}, as far as forecasts reach:`
  if (!worst) return <span className={styles.dim}>{within} not known yet</span>
  return (
    <span title="The probability that a host's CPU reaches the CPU trigger, from the forecasts of its VMs and how far off such forecasts were.">
      <span className={styles.dim}>{within}</span> {worst.probability.toFixed(2)}
      {worst.probability > 0 && ` (${host?.name ?? 'a host that is gone'}, ${clockText(worst.atMs)})`}
    </span>
  )
}

/** Which pool this is, how loaded its hosts are, and how likely one is overloaded soon. */
export const PoolHeader = (props: {
  readonly pool: Pool
  readonly hosts: readonly Host[]
  readonly vmCount: number
  readonly loads: readonly HostLoad[]
}) => (
  <SubjectHeader name={props.pool.name}>
    <span>{counted(props.hosts.length, 'host')}</span>
    <span>{counted(props.vmCount, 'VM')}</span>
    <Loads loads={props.loads} />
    <OverloadRisk loads={props.loads} />
  </SubjectHeader>
)
