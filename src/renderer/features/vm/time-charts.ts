import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ChartTheme } from '../../charts/theme.ts'
import { clockText, utcText } from '../../ui/clock-text.ts'
import { type ChartColumns, hasValues } from './chart-columns.ts'
import { type ChartName, type ChartSpec, type ColumnName, chartSpecs } from './chart-specs.ts'
import type { Gap } from './gaps.ts'
import { type Mark, markAfterKey, markNear } from './marks.ts'
import { drawOverlay } from './overlay.ts'
import { tickText } from './tick-text.ts'
import type { Stretch } from './time-view.ts'

export interface ChartScene {
  readonly columns: ChartColumns
  readonly marks: readonly Mark[]
  readonly gaps: readonly Gap[]
  /** Dirty rate that starts a migration, MiB/s. */
  readonly thetaMib: number | null
  /** What is in view, and pool time now. */
  readonly stretch: Stretch
  readonly nowMs: number
}

/** Where one chart goes: the plot, and the element that tells its value now or under the cursor. */
export interface ChartPlace {
  readonly plot: HTMLElement
  readonly readout: HTMLElement
}

export interface TimeCharts {
  /** Draws the present scene at the next animation frame, at most once a frame. */
  redraw(): void
  /** Redraws when time has moved on so far that it can be seen. */
  follow(): void
  /** Tells the mark that a key leads to, where it leads to one, until the pointer tells another; returns it. */
  tellByKey(key: string): Mark | undefined
  stop(): void
}

interface Options {
  readonly places: Readonly<Record<ChartName, ChartPlace>>
  /** Tells the moment under the cursor. */
  readonly moment: HTMLElement
  /** Tells what the mark under the cursor was. */
  readonly hint: HTMLElement
  readonly theme: ChartTheme
  readonly read: () => ChartScene
  /** A stretch was dragged over, or null: back to the present. */
  readonly onZoom: (stretch: Stretch | null) => void
}

/** Longest time without a new picture while something changes, ms. */
const LONGEST_REST_MS = 5000
/** Opacity of what stands behind a line, as two hexadecimal digits. */
const FAINT = '80'
const BAND = '40'

interface Shared {
  scene: ChartScene
  cursor: number | null
  /** The mark that the keyboard is at. */
  told: Mark | undefined
}

/** The columns of a chart in the order of its series: both edges of each band, then the lines. */
const columnsOf = (spec: ChartSpec): readonly ColumnName[] => [
  ...(spec.bands ?? []).flatMap(({ high, low }) => [high, low]),
  ...spec.lines.map(line => line.column),
]

const dataOf = (spec: ChartSpec, columns: ChartColumns): uPlot.AlignedData => [
  columns.seconds,
  ...columnsOf(spec).map(name => columns[name]),
]

const seriesOf = (spec: ChartSpec, theme: ChartTheme): uPlot.Series[] => [
  {},
  ...(spec.bands ?? []).flatMap(() => [
    { points: { show: false }, width: 0 },
    { points: { show: false }, width: 0 },
  ]),
  ...spec.lines.map(line => ({
    stroke: `${theme[line.ink]}${line.faint ? FAINT : ''}`,
    width: line.width ?? 1.5,
    dash: [...(line.dash ?? [])],
    points: { show: false },
    spanGaps: false,
  })),
]

const axesOf = (spec: ChartSpec, theme: ChartTheme, shared: Shared): uPlot.Axis[] => {
  const font = '11px system-ui, sans-serif'
  const axis = { stroke: theme.muted, font, grid: { stroke: theme.grid, width: 1 }, ticks: { show: false } }
  return [
    {
      ...axis,
      show: spec.showsTime,
      size: 22,
      gap: 4,
      space: 80,
      values: (_, splits) => splits.map(seconds => tickText(seconds * 1000, shared.scene.stretch)),
    },
    {
      ...axis,
      size: 46,
      gap: 4,
      space: spec.showsTime ? 32 : 18,
      ...(spec.splits ? { splits: spec.splits } : {}),
    },
  ]
}

interface Acts {
  readonly zoomTo: (stretch: Stretch | null) => void
  readonly pointAt: (chart: uPlot, spec: ChartSpec) => void
}

const optionsOf = (
  spec: ChartSpec,
  given: { readonly options: Options; readonly shared: Shared; readonly syncKey: string },
  { zoomTo, pointAt }: Acts,
): uPlot.Options => {
  const { options, shared, syncKey } = given
  const { theme } = options
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
          zoomTo(null)
          return null
        },
      },
    },
    scales: {
      x: {
        time: true,
        range: () => [shared.scene.stretch.fromMs / 1000, shared.scene.stretch.toMs / 1000],
      },
      y: { range: (_, __, max) => [0, spec.top(max ?? 0, shared.scene.thetaMib)] },
    },
    axes: axesOf(spec, theme, shared),
    series: seriesOf(spec, theme),
    bands: (spec.bands ?? []).map(({ ink }, i) => ({
      series: [2 * i + 1, 2 * i + 2],
      fill: `${theme[ink]}${BAND}`,
    })),
    hooks: {
      draw: [chart => drawOverlay(chart, { scene: shared.scene, theme, isMain: spec.showsTime })],
      setCursor: [chart => pointAt(chart, spec)],
      setSelect: [
        chart => {
          const { left, width } = chart.select
          if (width < 4) return
          const msAt = (px: number) => chart.posToVal(px, 'x') * 1000
          zoomTo({ fromMs: msAt(left), toMs: msAt(left + width) })
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
  const shared: Shared = { scene: options.read(), cursor: null, told: undefined }
  let frame = 0
  let drawnAt = 0

  const writeReadouts = () => {
    for (const spec of chartSpecs)
      options.places[spec.name].readout.textContent = spec.readout(shared.scene.columns, shared.cursor)
    const seconds = shared.cursor === null ? undefined : shared.scene.columns.seconds[shared.cursor]
    options.moment.textContent =
      seconds === undefined ? '' : `${clockText(seconds * 1000)} (${utcText(seconds * 1000)})`
  }
  const draw = () => {
    frame = 0
    drawnAt = performance.now()
    shared.scene = options.read()
    for (const { spec, chart } of charts) {
      const { plot } = options.places[spec.name]
      plot.dataset.empty = String(!columnsOf(spec).some(name => hasValues(shared.scene.columns[name])))
      if (plot.clientWidth > 0 && plot.clientWidth !== chart.width)
        chart.setSize({ width: plot.clientWidth, height: spec.height })
      chart.setData(dataOf(spec, shared.scene.columns))
    }
    writeReadouts()
    const main = charts.find(({ spec }) => spec.showsTime)
    if (main && shared.told) tellMark(main.chart)
  }
  const redraw = () => {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }
  const msPerPixel = (chart: uPlot | undefined): number => {
    const { fromMs, toMs } = shared.scene.stretch
    return (toMs - fromMs) / Math.max(1, chart?.over.clientWidth ?? 1)
  }
  const tellMark = (chart: uPlot) => {
    const { hint } = options
    const left = chart.cursor.left ?? -1
    const atMs = chart.posToVal(left, 'x') * 1000
    const pointed = left < 0 ? undefined : markNear(shared.scene.marks, atMs, msPerPixel(chart))
    if (pointed) shared.told = undefined
    const mark = pointed ?? shared.told
    hint.hidden = mark === undefined
    if (!mark) return
    const words = `${clockText(mark.atMs)} ${mark.words}`
    // Written anew it would be read out anew.
    if (hint.textContent !== words) hint.textContent = words
    const width = chart.over.clientWidth
    const x = pointed ? left : Math.min(width, Math.max(0, chart.valToPos(mark.atMs / 1000, 'x')))
    const isRight = x > width / 2
    hint.style.left = isRight ? 'auto' : `${chart.over.offsetLeft + x + 8}px`
    hint.style.right = isRight ? `${width - x + 16}px` : 'auto'
  }
  const pointAt = (chart: uPlot, spec: ChartSpec) => {
    if (spec.showsTime) tellMark(chart)
    const index = chart.cursor.idx ?? null
    if (index === shared.cursor) return
    shared.cursor = index
    writeReadouts()
  }

  const charts = chartSpecs.map(spec => ({
    spec,
    chart: new uPlot(
      optionsOf(spec, { options, shared, syncKey }, { zoomTo: options.onZoom, pointAt }),
      dataOf(spec, shared.scene.columns),
      options.places[spec.name].plot,
    ),
  }))
  const observer = new ResizeObserver(redraw)
  for (const spec of chartSpecs) observer.observe(options.places[spec.name].plot)
  redraw()
  return {
    redraw,
    follow: () => {
      const restMs = Math.min(LONGEST_REST_MS, msPerPixel(charts[0]?.chart) / 2)
      if (performance.now() - drawnAt >= restMs) redraw()
    },
    tellByKey: key => {
      const { marks, stretch } = shared.scene
      const mark = markAfterKey(key, marks, { told: shared.told, stretch })
      if (mark) shared.told = mark
      redraw()
      return mark
    },
    stop: () => {
      if (frame !== 0) cancelAnimationFrame(frame)
      observer.disconnect()
      for (const { chart } of charts) chart.destroy()
    },
  }
}
