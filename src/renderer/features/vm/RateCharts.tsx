import { Button, SegmentedControl, useComputedColorScheme } from '@mantine/core'
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react'
import type { Vm } from '../../../shared/model/vm.ts'
import { chartThemeOf } from '../../charts/theme.ts'
import { decisionStore, fleetStore, migrationStore, uiStore } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { ChartLegend } from './ChartLegend.tsx'
import { type ChartName, type ChartSpec, chartSpecs } from './chart-specs.ts'
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
import { type StoredSeries, useSeries } from './use-series.ts'
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

interface ChartElements {
  readonly section: RefObject<HTMLElement | null>
  readonly moment: RefObject<HTMLSpanElement | null>
  readonly hint: RefObject<HTMLDivElement | null>
  readonly places: RefObject<Places>
}

/** Draws the charts of a VM into their elements for as long as they are in sight. */
const useTimeCharts = (
  { section, moment, hint, places }: ChartElements,
  { vm, view, stored }: { readonly vm: Vm; readonly view: TimeView; readonly stored: StoredSeries },
  setView: (view: TimeView) => void,
): RefObject<TimeCharts | null> => {
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const charts = useRef<TimeCharts>(null)
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
  }, [theme, section, moment, hint, places])

  useEffect(() => fleetStore.rings.follow(vm.id), [vm.id])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new history or view is what asks for a new picture.
  useEffect(() => charts.current?.redraw(), [stored, view])
  return charts
}

/** The range that charts are opened with, or about the time that was asked for, and what is shown since. */
const useTimeView = (atMs: number | undefined) => {
  const [view, setView] = useState(() =>
    atMs === undefined ? liveView(rememberedRange()) : viewAround(atMs),
  )
  useEffect(() => {
    if (!view.fixed) uiStore.setState({ vmRangeMs: view.rangeMs })
  }, [view])
  return [view, setView] as const
}

const ChartRow = (props: {
  readonly spec: ChartSpec
  readonly places: RefObject<Places>
  readonly hint: RefObject<HTMLDivElement | null>
}) => {
  const { spec, places, hint } = props
  const placeOf = (part: keyof ChartPlace) => (element: HTMLElement | null) => {
    places.current[spec.name] = { ...places.current[spec.name], [part]: element ?? undefined }
  }
  return (
    <div className={styles.chartRow}>
      <div className={styles.chartLabel}>
        <span>{spec.title}</span>
        <strong ref={placeOf('readout')} />
        <small>{spec.unit}</small>
      </div>
      <div
        ref={placeOf('plot')}
        className={styles.plot}
        data-unavailable={`${spec.title}: nothing known in this stretch`}
        style={{ height: spec.height }}
      >
        {spec.showsTime && <div ref={hint} className={styles.hint} role="status" hidden />}
      </div>
    </div>
  )
}

/** The dirty rate with its forecast, and the other features under it on the same time axis and cursor. */
export const RateCharts = ({ vm, atMs }: { readonly vm: Vm; readonly atMs?: number | undefined }) => {
  const [view, setView] = useTimeView(atMs)
  const stored = useSeries(vm.id, view)
  const places = useRef<Places>({})
  const section = useRef<HTMLElement>(null)
  const moment = useRef<HTMLSpanElement>(null)
  const hint = useRef<HTMLDivElement>(null)
  const charts = useTimeCharts({ section, moment, hint, places }, { vm, view, stored }, setView)
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
        <ChartRow key={spec.name} spec={spec} places={places} hint={hint} />
      ))}
    </section>
  )
}
