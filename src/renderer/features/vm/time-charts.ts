import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ChartTheme } from '../../charts/theme.ts'
import { clockText } from '../../ui/clock-text.ts'
import { type ChartColumns, hasValues } from './chart-columns.ts'
import { type ChartName, type ChartSpec, chartSpecs } from './chart-specs.ts'
import type { Mark } from './marks.ts'
import { drawOverlay } from './overlay.ts'

export interface ChartScene {
  readonly columns: ChartColumns
  readonly marks: readonly Mark[]
  /** Dirty rate that starts a migration, MiB/s. */
  readonly thetaMib: number | null
  readonly rangeMs: number
}

/** Where one chart goes: the plot, and the element that tells its value now or under the cursor. */
export interface ChartPlace {
  readonly plot: HTMLElement
  readonly readout: HTMLElement
}

export interface TimeCharts {
  /** Draws the present scene at the next animation frame, at most once a frame. */
  redraw(): void
  resetZoom(): void
  stop(): void
}

interface Options {
  readonly places: Readonly<Record<ChartName, ChartPlace>>
  /** Tells the moment under the cursor. */
  readonly moment: HTMLElement
  readonly theme: ChartTheme
  readonly read: () => ChartScene
  readonly onZoom: (isZoomed: boolean) => void
}

interface Window {
  min: number
  max: number
}

/** Room right of now for the forecast and its marks. */
const AHEAD_MS = 75_000

const windowOf = (scene: ChartScene): Window => {
  const nowMs = scene.columns.nowMs ?? Date.now()
  return { min: (nowMs - scene.rangeMs) / 1000, max: (nowMs + AHEAD_MS) / 1000 }
}

interface Shared {
  scene: ChartScene
  zoom: Window | null
  cursor: number | null
}

const dataOf = (spec: ChartSpec, columns: ChartColumns): uPlot.AlignedData => [
  columns.seconds,
  ...spec.lines.map(line => columns[line.column]),
]

const clockOf = (seconds: number): string => clockText(seconds * 1000)

const optionsOf = (
  spec: ChartSpec,
  given: { readonly options: Options; readonly shared: Shared; readonly syncKey: string },
  act: { readonly zoomTo: (zoom: Window | null) => void; readonly pointAt: (index: number | null) => void },
): uPlot.Options => {
  const { options, shared, syncKey } = given
  const { theme } = options
  const font = '11px system-ui, sans-serif'
  const axis = { stroke: theme.muted, font, grid: { stroke: theme.grid, width: 1 }, ticks: { show: false } }
  return {
    width: Math.max(50, options.places[spec.name].plot.clientWidth),
    height: spec.height,
    padding: spec.showsTime ? [16, 8, 0, 0] : [8, 8, 8, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: 5 },
      drag: { x: true, y: false, setScale: false },
      sync: { key: syncKey, scales: ['x', null] },
      bind: {
        dblclick: () => () => {
          act.zoomTo(null)
          return null
        },
      },
    },
    scales: {
      x: {
        time: true,
        range: () => {
          const { min, max } = shared.zoom ?? windowOf(shared.scene)
          return [min, max]
        },
      },
      y: { range: (_, __, max) => [0, spec.top(max ?? 0, shared.scene.thetaMib)] },
    },
    axes: [
      {
        ...axis,
        show: spec.showsTime,
        size: 22,
        gap: 4,
        space: 80,
        values: (_, splits) => splits.map(clockOf),
      },
      {
        ...axis,
        size: 46,
        gap: 4,
        space: spec.showsTime ? 32 : 18,
        ...(spec.splits ? { splits: spec.splits } : {}),
      },
    ],
    series: [
      {},
      ...spec.lines.map(line => ({
        stroke: theme[line.ink],
        width: line.width ?? 1.5,
        dash: [...(line.dash ?? [])],
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      draw: [chart => drawOverlay(chart, { scene: shared.scene, theme, isMain: spec.showsTime })],
      setCursor: [chart => act.pointAt(chart.cursor.idx ?? null)],
      setSelect: [
        chart => {
          const { left, width } = chart.select
          if (width < 4) return
          act.zoomTo({ min: chart.posToVal(left, 'x'), max: chart.posToVal(left + width, 'x') })
          chart.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
        },
      ],
    },
  }
}

let lastSync = 0

/** Mounts the five charts of a VM on one time axis and one cursor; they live outside React. */
export const mountTimeCharts = (options: Options): TimeCharts => {
  lastSync += 1
  const syncKey = `vm-${lastSync}`
  const shared: Shared = { scene: options.read(), zoom: null, cursor: null }
  let frame = 0

  const writeReadouts = () => {
    for (const spec of chartSpecs)
      options.places[spec.name].readout.textContent = spec.readout(shared.scene.columns, shared.cursor)
    const seconds = shared.cursor === null ? undefined : shared.scene.columns.seconds[shared.cursor]
    options.moment.textContent = seconds === undefined ? '' : `at ${clockOf(seconds)}`
  }
  const draw = () => {
    frame = 0
    shared.scene = options.read()
    for (const { spec, chart } of charts) {
      const { plot } = options.places[spec.name]
      plot.dataset.empty = String(!spec.lines.some(line => hasValues(shared.scene.columns[line.column])))
      if (plot.clientWidth > 0 && plot.clientWidth !== chart.width)
        chart.setSize({ width: plot.clientWidth, height: spec.height })
      chart.setData(dataOf(spec, shared.scene.columns))
    }
    writeReadouts()
  }
  const redraw = () => {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }
  const zoomTo = (zoom: Window | null) => {
    shared.zoom = zoom
    options.onZoom(zoom !== null)
    redraw()
  }
  const pointAt = (index: number | null) => {
    if (index === shared.cursor) return
    shared.cursor = index
    writeReadouts()
  }

  const charts = chartSpecs.map(spec => ({
    spec,
    chart: new uPlot(
      optionsOf(spec, { options, shared, syncKey }, { zoomTo, pointAt }),
      dataOf(spec, shared.scene.columns),
      options.places[spec.name].plot,
    ),
  }))
  const observer = new ResizeObserver(redraw)
  for (const spec of chartSpecs) observer.observe(options.places[spec.name].plot)
  redraw()
  return {
    redraw,
    resetZoom: () => zoomTo(null),
    stop: () => {
      if (frame !== 0) cancelAnimationFrame(frame)
      observer.disconnect()
      for (const { chart } of charts) chart.destroy()
    },
  }
}
