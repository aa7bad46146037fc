import { SegmentedControl, useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { Vm } from '../../../shared/model/vm.ts'
import { pageRateInMib } from '../../../shared/units.ts'
import { chartThemeOf } from '../../charts/theme.ts'
import { decisionStore, fleetStore, migrationStore } from '../../state/index.ts'
import { ChartLegend } from './ChartLegend.tsx'
import { chartColumns } from './chart-columns.ts'
import { type ChartName, chartSpecs } from './chart-specs.ts'
import { marksOf } from './marks.ts'
import { type ChartPlace, type ChartScene, mountTimeCharts, type TimeCharts } from './time-charts.ts'
import { type StoredSeries, useSeries } from './use-series.ts'
import styles from './vm.module.css'
import { joinSeries } from './vm-history.ts'

const ranges = [
  { value: '600000', label: '10 min' },
  { value: '3600000', label: '1 h' },
] as const

/** The scene as the stores hold it now. */
const sceneOf = (vm: Vm, stored: StoredSeries, rangeMs: number): ChartScene => {
  const fleet = fleetStore.getState()
  const ring = fleetStore.rings.of(vm.id)?.series() ?? null
  const nowMs = fleet.poolTimeMs.get(vm.poolId) ?? ring?.atMs.at(-1) ?? Date.now()
  const theta = fleet.triggerPagesPerSecond[vm.poolId]
  return {
    columns: chartColumns(
      joinSeries(stored.state === 'read' ? stored.series : null, ring, nowMs - rangeMs),
      fleet.forecasts.get(vm.id),
    ),
    marks: marksOf(vm.id, {
      decisions: decisionStore.getState().list,
      migrations: migrationStore.getState().list,
      risk: fleet.risks.get(vm.id),
    }),
    thetaMib: theta === undefined ? null : pageRateInMib(theta),
    rangeMs,
  }
}

type Places = Partial<Record<ChartName, Partial<ChartPlace>>>

const isWhole = (place: Partial<ChartPlace> | undefined): place is ChartPlace =>
  place?.plot !== undefined && place.readout !== undefined

const wholePlaces = ({ dirty, cpu, memory, io, faults }: Places) =>
  isWhole(dirty) && isWhole(cpu) && isWhole(memory) && isWhole(io) && isWhole(faults)
    ? { dirty, cpu, memory, io, faults }
    : undefined

/** The dirty rate with its forecast, and the other features under it on the same time axis and cursor. */
export const RateCharts = ({ vm }: { readonly vm: Vm }) => {
  const [rangeMs, setRangeMs] = useState(600_000)
  const [isZoomed, setIsZoomed] = useState(false)
  const stored = useSeries(vm.id, rangeMs)
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const places = useRef<Places>({})
  const charts = useRef<TimeCharts>(null)
  const moment = useRef<HTMLSpanElement>(null)
  const scene = useRef(() => sceneOf(vm, stored, rangeMs))
  scene.current = () => sceneOf(vm, stored, rangeMs)

  useEffect(() => {
    const found = wholePlaces(places.current)
    if (!found || !moment.current) return
    const mounted = mountTimeCharts({
      places: found,
      moment: moment.current,
      theme,
      read: () => scene.current(),
      onZoom: setIsZoomed,
    })
    charts.current = mounted
    const stops = [fleetStore, decisionStore, migrationStore].map(store => store.subscribe(mounted.redraw))
    return () => {
      for (const stop of stops) stop()
      mounted.stop()
      charts.current = null
    }
  }, [theme])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new history or range is what asks for a new picture.
  useEffect(() => charts.current?.redraw(), [stored, rangeMs])

  const placeOf = (name: ChartName, part: keyof ChartPlace) => (element: HTMLElement | null) => {
    places.current[name] = { ...places.current[name], [part]: element ?? undefined }
  }

  return (
    <section className={styles.charts} aria-label={`Dirty rate and other features of ${vm.name} over time`}>
      <div className={styles.chartsHead}>
        <ChartLegend />
        <span className={styles.dim} role="status">
          {stored.state === 'failed' && `Only the last minutes are shown. ${stored.because}`}
        </span>
        <span ref={moment} />
        {isZoomed && (
          <button type="button" className={styles.plainButton} onClick={() => charts.current?.resetZoom()}>
            Back to live
          </button>
        )}
        <SegmentedControl
          size="xs"
          aria-label="Time range"
          data={[...ranges]}
          value={String(rangeMs)}
          onChange={value => setRangeMs(Number(value))}
        />
      </div>
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
            data-unavailable={`${spec.title}: unavailable on this host`}
            style={{ height: spec.height }}
          />
        </div>
      ))}
    </section>
  )
}
