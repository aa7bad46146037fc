import { useApp, useFleet } from '../../state/index.ts'
import { ConnectionList } from './ConnectionList.tsx'
import { HistorySection } from './HistorySection.tsx'
import styles from './SettingsScreen.module.css'

const skillWords = (skill: number): string => {
  const text = `${skill >= 0 ? '+' : '-'}${Math.abs(skill).toFixed(2)}`
  return skill > 0
    ? `${text}: its error is ${Math.round(skill * 100)}% smaller than repeating the last value`
    : `${text}: no better than repeating the last value`
}

const Forecaster = () => {
  const status = useApp(s => s.status)
  const loading = <span className={styles.muted}>loading</span>
  return (
    <dl className={styles.pairs}>
      <dt>Model</dt>
      <dd>{status?.model?.name ?? loading}</dd>
      <dt>Skill on held-back data</dt>
      <dd>{status?.model ? skillWords(status.model.skill) : loading}</dd>
      <dt>Tensor backend</dt>
      <dd>{status?.tensorBackend ?? loading}</dd>
      <dt>Longshore</dt>
      <dd>{status?.version ?? loading}</dd>
    </dl>
  )
}

const Remarks = () => {
  const pools = useFleet(s => s.pools)
  const remarks = pools.flatMap(pool => pool.remarks.map(text => ({ pool: pool.name, text })))
  if (remarks.length === 0) return <p className={styles.muted}>No pool has any.</p>
  return (
    <dl className={styles.pairs}>
      {remarks.map(({ pool, text }) => (
        <div key={`${pool} ${text}`} className={styles.pair}>
          <dt>{pool}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Connections with their level, how long history is kept, the model in use, and what pools say about themselves. */
export const SettingsScreen = () => (
  <div className={styles.screen}>
    <section aria-labelledby="connections-title">
      <h2 id="connections-title" className={styles.title}>
        Connections
      </h2>
      <ConnectionList />
    </section>
    <section aria-labelledby="history-title">
      <h2 id="history-title" className={styles.title}>
        History
      </h2>
      <HistorySection />
    </section>
    <section aria-labelledby="remarks-title">
      <h2 id="remarks-title" className={styles.title}>
        Remarks of the pools
      </h2>
      <Remarks />
    </section>
    <section aria-labelledby="model-title">
      <h2 id="model-title" className={styles.title}>
        Forecaster
      </h2>
      <Forecaster />
    </section>
  </div>
)
