import { Button, useComputedColorScheme } from '@mantine/core'
import { useState } from 'react'
import { formatBytes, formatCount, formatDuration, PAGE_BYTES } from '../../../shared/units.ts'
import { type RegionRange, regionsOfView } from '../../charts/heat-grid/layout.ts'
import { type HeatView, keepView, wholeView, zoomView } from '../../charts/heat-grid/view.ts'
import { chartThemeOf } from '../../charts/theme.ts'
import { Clock } from '../../ui/Clock.tsx'
import { HeatGrid } from './HeatGrid.tsx'
import { HeatLegend } from './HeatLegend.tsx'
import { HeatTimeline } from './HeatTimeline.tsx'
import styles from './heat.module.css'
import { rangeWords, regionWords } from './heat-figures.ts'
import { type HeatHistory, type HeatReading, lateMs } from './heat-history.ts'
import { ZOOM_STEP } from './heat-keys.ts'
import { useHeat } from './use-heat.ts'
import vmStyles from './vm.module.css'

/** Whether what is shown is what is: nothing is ever shown as present that is not. */
const HeatStatus = ({
  history,
  shown,
  nowMs,
}: {
  readonly history: HeatHistory
  readonly shown: HeatReading
  readonly nowMs: number
}) => {
  const last = history.readings.at(-1)
  const late = lateMs(history, nowMs)
  const isPast = last !== undefined && shown !== last
  return (
    <p role="status" className={styles.status}>
      {history.trouble && (
        <strong>
          No page heat since <Clock atMs={history.trouble.sinceMs} />: {history.trouble.because}{' '}
        </strong>
      )}
      {!history.trouble && late !== null && <strong>No new reading for {formatDuration(late)}. </strong>}
      {isPast && `Shown is ${formatDuration(last.heat.atMs - shown.heat.atMs)} before the last reading.`}
      {!isPast && (history.trouble || late !== null) && 'Shown is the last reading.'}
    </p>
  )
}

const Heatmap = ({
  history,
  shown,
  nowMs,
  onShow,
}: {
  readonly history: HeatHistory
  readonly shown: HeatReading
  readonly nowMs: number
  readonly onShow: (index: number) => void
}) => {
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const [wanted, setWanted] = useState<HeatView | null>(null)
  const [pointed, setPointed] = useState<RegionRange | null>(null)
  const { heat } = shown
  const whole = wholeView(heat.totalPages)
  const view = wanted ? keepView(wanted, heat.totalPages) : whole
  const onView = ({ from, to }: HeatView) => setWanted(to - from >= heat.totalPages ? null : { from, to })
  const range = regionsOfView(view, heat.regionPages, heat.classes.length)
  const words = rangeWords(heat, range)
  const zoom = (factor: number) => onView(zoomView(view, { factor, at: 0.5 }, heat))
  // After a reading of fewer regions the pointer may rest where none is any more.
  const isThere = pointed !== null && pointed.to <= heat.classes.length
  const last = history.readings.length - 1
  return (
    <>
      <HeatStatus history={history} shown={shown} nowMs={nowMs} />
      <HeatGrid
        {...{ heat, view, theme, onView }}
        label={`Guest memory by heat, ${words}`}
        onPoint={setPointed}
      />
      <div className={styles.tools}>
        <p className={styles.words}>{isThere ? regionWords(heat, pointed) : words}</p>
        <Button size="compact-xs" onClick={() => zoom(ZOOM_STEP)}>
          Closer
        </Button>
        <Button size="compact-xs" disabled={!wanted} onClick={() => zoom(1 / ZOOM_STEP)}>
          Wider
        </Button>
        <Button size="compact-xs" disabled={!wanted} onClick={() => setWanted(null)}>
          All memory
        </Button>
        <Button size="compact-xs" disabled={shown === history.readings[last]} onClick={() => onShow(last)}>
          Latest
        </Button>
      </div>
      <HeatTimeline
        readings={history.readings}
        shown={history.readings.indexOf(shown)}
        theme={theme}
        onShow={onShow}
      />
      <HeatLegend heat={heat} theme={theme} />
      <p className={styles.dim}>
        Click the map, then + and - or the wheel zoom, drag or arrows move, 0 shows all. A cell has the class
        of its hottest region.
      </p>
    </>
  )
}

/** Memory by heat, read while somebody looks: one cell a region, rows by address, back to when the screen opened. */
export const HeatPanel = ({ vmId }: { readonly vmId: string }) => {
  const { history, nowMs } = useHeat(vmId)
  /** Time of the reading looked back at; null follows the last one. */
  const [pinnedMs, setPinnedMs] = useState<number | null>(null)
  const { readings } = history
  const pinned = readings.find(({ heat }) => pinnedMs !== null && heat.atMs >= pinnedMs)
  const shown = pinned ?? readings.at(-1)
  const heat = shown?.heat
  return (
    <section className={vmStyles.panel} aria-label="Page heat">
      <h2>
        Page heat
        {heat && (
          <span className={styles.dim}>
            {' '}
            at <Clock atMs={heat.atMs} />, {formatCount(heat.classes.length)} regions of{' '}
            {formatBytes(heat.regionPages * PAGE_BYTES)}, K-means with 3 classes
          </span>
        )}
      </h2>
      {!shown && !history.trouble && (
        <p className={styles.dim}>Reading the writes of the last seconds from the host.</p>
      )}
      {!shown && history.trouble && <p role="status">{history.trouble.because}</p>}
      {heat && heat.classes.length === 0 && (
        <p role="status">The host reported a memory without any regions.</p>
      )}
      {shown && shown.heat.classes.length > 0 && (
        <Heatmap
          {...{ history, shown, nowMs }}
          onShow={index =>
            setPinnedMs(index >= readings.length - 1 ? null : (readings[index]?.heat.atMs ?? null))
          }
        />
      )}
    </section>
  )
}
