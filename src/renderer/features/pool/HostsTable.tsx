import type { Host } from '../../../shared/model/host.ts'
import type { HostLoad } from '../../../shared/model/host-load.ts'
import { formatBytes, formatLoad, formatRatio } from '../../../shared/units.ts'
import { hashOf } from '../../state/index.ts'
import { aheadText } from './ahead-text.ts'
import { headroomNow, worstAhead } from './host-figures.ts'
import { loadTitle, overloadText, overloadTitle } from './load-words.ts'
import styles from './pool.module.css'

const ratioText = (ratio: number | null | undefined): string => (ratio == null ? '-' : formatRatio(ratio))

const stateOf = (host: Host): string => {
  if (!host.live) return 'down'
  return host.enabled ? 'up' : 'disabled'
}

const OverloadCell = ({ load }: { readonly load: HostLoad | undefined }) => {
  if (!load) return <td>-</td>
  const { overload } = load
  const figure =
    overloadText(overload)?.text.replace('overload ', '') ?? (overload.kind === 'known' ? 'under 0.05' : '-')
  const isHigh = overload.kind === 'known' && overload.probability >= 0.5
  return (
    <td title={overloadTitle(overload)} data-high={isHigh || undefined}>
      {figure}
    </td>
  )
}

const HostLine = (props: {
  readonly host: Host
  readonly vmCount: number
  readonly load: HostLoad | undefined
}) => {
  const { host, load } = props
  const free = load && headroomNow(load)
  const worst = load && worstAhead(load)
  const freeBytes = free?.memory == null ? '-' : formatBytes(free.memory * host.memoryBytes)
  return (
    <tr>
      <th scope="row">
        <a href={hashOf({ screen: 'host', hostId: host.id })}>{host.name}</a>
      </th>
      <td data-words>{stateOf(host)}</td>
      <td>{props.vmCount}</td>
      <td title={loadTitle(load)}>{load?.index == null ? '-' : formatLoad(load.index)}</td>
      <td>{ratioText(free?.cpu)}</td>
      <td>{freeBytes}</td>
      <td>{worst ? formatLoad(worst.loadIndex) : '-'}</td>
      <td title={worst && `Expected ${aheadText(worst.aheadMs)} after the last reading.`}>
        {worst ? formatRatio(1 - worst.cpuRatio) : '-'}
      </td>
      <OverloadCell load={load} />
    </tr>
  )
}

/** Hosts with what is free of them now and at the worst point of their forecast. */
export const HostsTable = (props: {
  readonly hosts: readonly Host[]
  readonly vmCounts: ReadonlyMap<string, number>
  readonly loads: ReadonlyMap<string, HostLoad>
}) => (
  <section className={`${styles.panel} ${styles.wide}`} aria-label="Hosts">
    <table className={styles.table}>
      <caption className={styles.hidden}>
        Hosts, what is free of them now and at the worst of their forecast
      </caption>
      <thead>
        <tr>
          <th scope="col" rowSpan={2}>
            host
          </th>
          <th scope="col" rowSpan={2} data-words>
            state
          </th>
          <th scope="col" rowSpan={2}>
            VMs
          </th>
          <th scope="colgroup" colSpan={3}>
            now
          </th>
          <th scope="colgroup" colSpan={3}>
            forecast, at its worst
          </th>
        </tr>
        <tr>
          <th scope="col">load</th>
          <th scope="col">CPU free</th>
          <th scope="col">memory free</th>
          <th scope="col">load</th>
          <th scope="col">CPU free</th>
          <th scope="col">overload</th>
        </tr>
      </thead>
      <tbody>
        {props.hosts.map(host => (
          <HostLine
            key={host.id}
            host={host}
            vmCount={props.vmCounts.get(host.id) ?? 0}
            load={props.loads.get(host.id)}
          />
        ))}
      </tbody>
    </table>
    {props.hosts.length === 0 && <p className={styles.dim}>This pool reports no host.</p>}
  </section>
)
