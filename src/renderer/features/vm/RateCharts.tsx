import { Button, SegmentedControl, useComputedColorScheme } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Vm } from '../../../shared/model/vm.ts'
import { chartThemeOf } from '../../charts/theme.ts'
import { decisionStore, fleetStore, migrationStore, uiStore } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { ChartLegend } from './ChartLegend.tsx'
import { type ChartName, chartSpecs } from './chart-specs.ts'
import { HistoryStatus } from './HistoryStatus.tsx'
import { poolNowOf, sceneOf } from './scene.ts'
import { type ChartPlace, mountTimeCharts, type TimeCharts } from './time-charts.ts'
import {
  isAveraged,
  liveView,
  type TimeView,
  timeRanges,
  viewAfterKey,
  viewAround,
  viewOf,
  viewShowing,
} from './time-view.ts'
import { useSeries } from './use-series.ts'
import styles from './vm.module.css'
import { whileSeen } from './while-seen.ts'

type Places = Partial<Record<ChartName, Partial<ChartPlace>>>

const isWhole = (place: Partial<ChartPlace> | undefined): place is ChartPlace =>
  place?.plot !== undefined && place.readout !== undefined

const wholePlaces = ({ dirty, cpu, memory, io, faults }: Places) =>
  isWhole(dirty) && isWhole(cpu) && isWhole(memory) && isWhole(io) && isWhole(faults)
    ? { dirty, cpu, memory, io, faults }
    : undefined

/** The range that was chosen last, if it is one of ours. */
const rememberedRange = (): number => {
  const { vmRangeMs } = uiStore.getState()
  return timeRanges.find(({ rangeMs }) => rangeMs === vmRangeMs)?.rangeMs ?? timeRanges[0].rangeMs
}

/** Follows the stores; returns what stops it. */
const followStores = (charts: TimeCharts): (() => void) => {
  const stops = [fleetStore, decisionStore, migrationStore].map(store => store.subscribe(charts.follow))
  charts.redraw()
  return () => {
    for (const stop of stops) stop()
  }
}

const RangeControl = ({ view, onView }: { view: TimeView; onView: (view: TimeView) => void }) => (
  <>
    {view.fixed && (
      <>
        <span className={styles.dim}>
          <Clock atMs={view.fixed.fromMs} withDate /> to <Clock atMs={view.fixed.toMs} />
        </span>
        <Button size="compact-xs" onClick={() => onView(liveView(view.rangeMs))}>
          Back to live
        </Button>
      </>
    )}
    <SegmentedControl
      size="xs"
      aria-label="Time range"
      data={timeRanges.map(({ rangeMs, label }) => ({ value: String(rangeMs), label }))}
      value={view.fixed ? '' : String(view.rangeMs)}
      onChange={value => onView(liveView(Number(value)))}
    />
  </>
)

/** The dirty rate with its forecast, and the other features under it on the same time axis and cursor. */
export const RateCharts = ({ vm, atMs }: { readonly vm: Vm; readonly atMs?: number | undefined }) => {
  const [view, setView] = useState(() =>
    atMs === undefined ? liveView(rememberedRange()) : viewAround(atMs),
  )
  const stored = useSeries(vm.id, view)
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const places = useRef<Places>({})
  const charts = useRef<TimeCharts>(null)
  const section = useRef<HTMLElement>(null)
  const moment = useRef<HTMLSpanElement>(null)
  const hint = useRef<HTMLDivElement>(null)
  const scene = useRef(() => sceneOf(vm, null, view))
  scene.current = () => sceneOf(vm, stored.state === 'read' ? stored.series : null, view)
  const onZoom = useRef((_: { fromMs: number; toMs: number } | null) => {})
  onZoom.current = stretch => setView(stretch ? viewOf(view, stretch, poolNowOf(vm)) : liveView(view.rangeMs))

  useEffect(() => {
    const found = wholePlaces(places.current)
    if (!found || !section.current || !moment.current || !hint.current) return
    const mounted = mountTimeCharts({
      places: found,
      moment: moment.current,
      hint: hint.current,
      theme,
      read: () => scene.current(),
      onZoom: stretch => onZoom.current(stretch),
    })
    charts.current = mounted
    const stop = whileSeen(section.current, () => followStores(mounted))
    return () => {
      stop()
      mounted.stop()
      charts.current = null
    }
  }, [theme])

  useEffect(() => fleetStore.rings.follow(vm.id), [vm.id])
  useEffect(() => {
    if (!view.fixed) uiStore.setState({ vmRangeMs: view.rangeMs })
  }, [view])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new history or view is what asks for a new picture.
  useEffect(() => charts.current?.redraw(), [stored, view])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== section.current || event.ctrlKey || event.metaKey || event.altKey) return
    const nowMs = poolNowOf(vm)
    const mark = charts.current?.tellByKey(event.key)
    const next = mark ? viewShowing(view, mark.atMs, nowMs) : viewAfterKey(event.key, view, nowMs)
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    setView(next)
  }
  const placeOf = (name: ChartName, part: keyof ChartPlace) => (element: HTMLElement | null) => {
    places.current[name] = { ...places.current[name], [part]: element ?? undefined }
  }

  return (
    <section
      ref={section}
      className={styles.charts}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys pan and zoom.
      tabIndex={0}
      onKeyDown={onKeyDown}
      aria-label={`Dirty rate and other features of ${vm.name} over time. Arrows pan, plus and minus zoom, 0 follows the present, t, h, d and w choose ten minutes, an hour, a day and a week, comma and full stop go to the mark before and after.`}
    >
      <div className={styles.chartsHead}>
        <span ref={moment} className={styles.moment} />
        <HistoryStatus stored={stored} />
        <RangeControl view={view} onView={setView} />
      </div>
      <ChartLegend averaged={isAveraged(view)} />
      {chartSpecs.map(spec => (
        <div key={spec.name} className={styles.chartRow}>
          <div className={styles.chartLabel}>
            <span>{spec.title}</span>
            <strong ref={placeOf(spec.name, 'readout')} />
            <small>{spec.unit}</small>
          </div>
          <div
            ref={placeOf(spec.name, 'plot')}
            className={styles.plot}
            data-unavailable={`${spec.title}: nothing known in this stretch`}
            style={{ height: spec.height }}
          >
            {spec.showsTime && <div ref={hint} className={styles.hint} role="status" hidden />}
          </div>
        </div>
      ))}
    </section>
  )
}
