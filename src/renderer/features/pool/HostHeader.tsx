import type { Host } from '../../../shared/model/host.ts'
import type { HostLoad } from '../../../shared/model/host-load.ts'
import { formatBytes, formatLoad, formatRatio } from '../../../shared/units.ts'
import { SubjectHeader } from '../../ui/SubjectHeader.tsx'
import { aheadText } from './ahead-text.ts'
import { headroomNow, worstAhead } from './host-figures.ts'
import { loadTitle, overloadText, overloadTitle } from './load-words.ts'
import styles from './pool.module.css'

const stateWords = (host: Host): string => {
  if (!host.live) return 'does not answer its pool'
  return host.enabled ? 'up' : 'disabled for maintenance'
}

const Now = ({ host, load }: { readonly host: Host; readonly load: HostLoad }) => {
  const { cpu, memory } = headroomNow(load)
  return (
    <>
      <span title={loadTitle(load)}>
        <span className={styles.dim}>load</span> {load.index === null ? 'not known' : formatLoad(load.index)}
      </span>
      <span>
        <span className={styles.dim}>free now:</span>{' '}
        {cpu === null ? 'CPU not known' : `${formatRatio(cpu)} CPU`},{' '}
        {memory === null ? 'memory not known' : `${formatBytes(memory * host.memoryBytes)} memory`}
      </span>
    </>
  )
}

const Ahead = ({ load }: { readonly load: HostLoad }) => {
  const worst = worstAhead(load)
  if (!worst)
    return (
      <span className={styles.dim}>
        no forecast: {load.overload.kind === 'unknown' && load.overload.because}
      </span>
    )
  return (
    <>
      <span>
        <span className={styles.dim}>worst forecast, in {aheadText(worst.aheadMs)}:</span> load{' '}
        {formatLoad(worst.loadIndex)}, {formatRatio(1 - worst.cpuRatio)} CPU free
      </span>
      <span title={overloadTitle(load.overload)}>
        {overloadText(load.overload)?.text ??
          (load.overload.kind === 'known' ? 'overload under 0.05' : 'overload not known yet')}
      </span>
    </>
  )
}

/** Which host this is, what is free of it now and at the worst of its forecast. */
export const HostHeader = ({ host, load }: { readonly host: Host; readonly load: HostLoad | undefined }) => (
  <SubjectHeader name={host.name}>
    <span>{stateWords(host)}</span>
    <span>{host.cpuCount} CPUs</span>
    <span>{formatBytes(host.memoryBytes)}</span>
    {load ? (
      <>
        <Now host={host} load={load} />
        <Ahead load={load} />
      </>
    ) : (
      <span className={styles.dim}>no figures have been heard of it</span>
    )}
  </SubjectHeader>
)
