import { useMemo } from 'react'
import type { WorkingSetItem } from '../../../shared/contract/vm.ts'
import { numberOf } from '../../../shared/model/measure.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import type { WorkingSet } from '../../../shared/model/working-set.ts'
import { formatBytes, formatDuration, PAGE_BYTES } from '../../../shared/units.ts'
import type { DirtyCurveData } from '../../charts/dirty-curve/layout.ts'
import { useFleet, useNowMs } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { DirtyCurve } from './DirtyCurve.tsx'
import { useWorkingSet, type WorkingSetState } from './use-working-set.ts'
import styles from './vm.module.css'
import { figureWords, meaningOf, otherNow, windowWords } from './working-set-words.ts'

const curveData = (workingSet: WorkingSet, curve: WorkingSetItem['curve']): DirtyCurveData => ({
  curve: curve.map(point => ({
    windowMs: point.windowMs,
    bytes: point.pages * PAGE_BYTES,
    lowBytes: point.lowPages * PAGE_BYTES,
    highBytes: point.highPages * PAGE_BYTES,
  })),
  windows: workingSet.windows.map(window => ({
    windowMs: window.windowMs,
    bytes: window.pages * PAGE_BYTES,
    words: windowWords(window),
  })),
})

/** Figures of now, and of the kept set before it where there is one. */
const Figures = ({ workingSet, before }: { workingSet: WorkingSet; before: WorkingSet | undefined }) => (
  <table className={styles.heatTable}>
    <thead>
      <tr>
        <th scope="col">Within</th>
        <th scope="col">Dirtied</th>
        {before && (
          <th scope="col">
            at <Clock atMs={before.atMs} />
          </th>
        )}
        <th scope="col">How known</th>
      </tr>
    </thead>
    <tbody>
      {workingSet.figures.map((figure, i) => (
        <tr key={figure.windowMs}>
          <th scope="row">{formatDuration(figure.windowMs)}</th>
          <td>
            {figure.origin === 'estimated' && '~'}
            {formatBytes(figure.pages * PAGE_BYTES)}
          </td>
          {before && <td>{formatBytes((before.figures[i]?.pages ?? Number.NaN) * PAGE_BYTES)}</td>}
          <td className={styles.dim}>{figureWords(figure)}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

const Known = ({ item, vm }: { readonly item: WorkingSetItem; readonly vm: Vm }) => {
  const link = useFleet(state => state.poolsById.get(vm.poolId)?.linkBytesPerSecond)
  const rate = useFleet(state => state.vmSamples.get(vm.id)?.dirtyPagesPerSecond)
  const { workingSet, curve, earlier } = item
  const data = useMemo(() => workingSet && curveData(workingSet, curve), [workingSet, curve])
  if (!workingSet || !data) return <p className={styles.dim}>{item.because}</p>
  const meaning = meaningOf(workingSet, curve, link)
  const other = otherNow(workingSet, rate && numberOf(rate))
  return (
    <>
      {other && <p className={styles.other}>{other}</p>}
      <p className={other ? styles.dim : undefined}>{meaning.join(' ')}</p>
      {workingSet.windows.length === 1 && (
        <p className={styles.dim}>
          One window tells no curve: a short and a long one are read when the VM is at rest, within half an
          hour or as soon as somebody looks.
        </p>
      )}
      <div className={styles.curve}>
        <DirtyCurve data={data} summary={`Dirty curve. ${meaning.join(' ')}`} />
        <Figures workingSet={workingSet} before={earlier[0]} />
      </div>
    </>
  )
}

const PATIENCE_MS = 1000

const Content = ({ state, vm }: { readonly state: WorkingSetState; readonly vm: Vm }) => {
  const nowMs = useNowMs()
  switch (state.state) {
    case 'told':
      return <Known item={state.item} vm={vm} />
    case 'failed':
      return <p>{state.because}</p>
    case 'awaiting':
      return nowMs - state.sinceMs > PATIENCE_MS ? (
        <p className={styles.dim}>
          Waiting for what is known of it since <Clock atMs={state.sinceMs} />.
        </p>
      ) : null
  }
}

/** What the VM writes within a time: its dirty curve, what was read of it, and what it means for a migration. */
export const WorkingSetPanel = ({ vm }: { readonly vm: Vm }) => {
  const state = useWorkingSet(vm.id)
  const atMs = state.state === 'told' ? state.item.workingSet?.atMs : undefined
  return (
    <section className={styles.panel} aria-label="Working set">
      <h2>
        Working set
        {atMs !== undefined && (
          <span className={styles.dim}>
            {' '}
            at <Clock atMs={atMs} />, unique memory dirtied by the length of the window
          </span>
        )}
      </h2>
      <Content state={state} vm={vm} />
    </section>
  )
}
