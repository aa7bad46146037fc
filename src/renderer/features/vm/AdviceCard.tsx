import type { Advice } from '../../../shared/model/advice.ts'
import { useNowMs } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { Dot, type DotTone } from '../../ui/Dot.tsx'
import { adviceTitle, byItselfWords, hasSpread, modeWords, outcomeRows } from './advice-words.ts'
import type { AdviceState } from './use-advice.ts'
import styles from './vm.module.css'

const tones = {
  migrate: 'high',
  stay: 'ok',
  unknown: 'idle',
  blocked: 'watch',
} as const satisfies Record<Advice['action'], DotTone>

const Outcome = ({ advice }: { readonly advice: Advice }) => (
  <>
    <p>{modeWords(advice)}</p>
    <table className={styles.outcome}>
      <tbody>
        {outcomeRows(advice).map(([name, figure]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{figure}</td>
          </tr>
        ))}
      </tbody>
    </table>
    <p className={styles.dim}>
      {hasSpread(advice)
        ? 'In brackets: at the low and the high end of the dirty rate.'
        : 'Single figures: no spread of the dirty rate is known yet.'}
    </p>
  </>
)

const Hosts = ({ hosts }: { readonly hosts: Advice['hosts'] }) => (
  <details open={!hosts.some(({ chosen }) => chosen)}>
    <summary>{hosts.length === 1 ? '1 host' : `${hosts.length} hosts`} considered</summary>
    <ul className={styles.because}>
      {hosts.map(host => (
        <li key={host.name}>
          {host.name}: {host.because}
          {host.chosen && ' (chosen)'}
        </li>
      ))}
    </ul>
  </details>
)

const Told = ({ advice }: { readonly advice: Advice }) => (
  <>
    <strong data-action={advice.action} className={styles.adviceTitle}>
      <Dot tone={tones[advice.action]} /> {adviceTitle(advice)}
    </strong>
    {advice.outcome && advice.action !== 'blocked' && <Outcome advice={advice} />}
    <ul className={styles.because} aria-label="Reasons">
      {advice.reasons.map(reason => (
        <li key={reason}>{reason}</li>
      ))}
    </ul>
    {advice.hosts.length > 0 && <Hosts hosts={advice.hosts} />}
    <p className={styles.dim}>{byItselfWords(advice)}</p>
  </>
)

const PATIENCE_MS = 1000

/** What Longshore would do with this VM, what would come of it, and why. */
export const AdviceCard = ({ state }: { readonly state: AdviceState }) => {
  const nowMs = useNowMs()
  switch (state.state) {
    case 'told':
      return <Told advice={state.advice} />
    case 'failed':
      return <p>{state.because}</p>
    case 'awaiting':
      return nowMs - state.sinceMs > PATIENCE_MS ? (
        <p className={styles.dim}>
          Waiting since <Clock atMs={state.sinceMs} /> for the first reading of its pool.
        </p>
      ) : null
  }
}
