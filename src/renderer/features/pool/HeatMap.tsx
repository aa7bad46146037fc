import { useComputedColorScheme } from '@mantine/core'
import { useId, useMemo, useState } from 'react'
import type { PoolHeat } from '../../../shared/contract/pool.ts'
import type { HeatCell, HeatLine } from '../../charts/pool-heat/layout.ts'
import { chartThemeOf } from '../../charts/theme.ts'
import { navigate, useFleet, useUi } from '../../state/index.ts'
import { clockText } from '../../ui/clock-text.ts'
import { aheadText } from './ahead-text.ts'
import { CellWords, type PointedCell } from './CellWords.tsx'
import { HeatCanvas } from './HeatCanvas.tsx'
import { HeatControls } from './HeatControls.tsx'
import { HeatLegend } from './HeatLegend.tsx'
import { type HeatCells, type HeatRange, heatCells, heatRanges, knownSince } from './heat-columns.ts'
import { firstLineRead, type HeatGroup, heatLines, idsRead } from './heat-lines.ts'
import { heatScale } from './heat-scale.ts'
import styles from './pool.module.css'
import { type HeatQuery, type PoolHeatState, usePoolHeat } from './use-pool-heat.ts'

const minutesText = (atMs: number): string => clockText(atMs).slice(0, 5)

const frameOf = (
  lines: readonly HeatLine[],
  heat: PoolHeat,
  shown: { range: HeatRange; cells: HeatCells },
) => ({
  lines,
  fromMs: heat.fromMs,
  columnMs: heatRanges[shown.range].columnMs,
  pastColumns: heat.columns,
  aheadColumns: heatRanges[shown.range].aheadColumns,
  forecastColumns: shown.cells.forecastColumns,
  clockOf: minutesText,
  theNow: 'now',
})

/** What a cell stands for; a forecast's time counts from the moment it was made at. */
const pointed = (
  { line, column }: HeatCell,
  {
    lines,
    heat,
    cells,
    range,
  }: { lines: readonly HeatLine[]; heat: PoolHeat; cells: HeatCells; range: HeatRange },
): PointedCell | null => {
  const of = lines[line]
  if (of?.kind !== 'row' || column >= cells.columns) return null
  const { columnMs } = heatRanges[range]
  const isForecast = column >= heat.columns
  const fromMs = isForecast
    ? (heat.forecastAtMs ?? heat.toMs) + (column - heat.columns) * columnMs
    : heat.fromMs + column * columnMs
  const row = cells.rows.get(of.id)
  const value = row === undefined ? null : (cells.values[row * cells.columns + column] ?? Number.NaN)
  return { id: of.id, name: of.name, fromMs, toMs: fromMs + columnMs, isForecast, value }
}

/** How far back and ahead there is anything to draw of the rows about the view. */
const reachWords = (heat: PoolHeat): string => {
  const sinceMs = knownSince(heat)
  const reachMs = heat.aheadMs.at(-1)
  const isShort = sinceMs !== null && sinceMs > heat.fromMs
  const past = isShort ? `Nothing is recorded of these before ${minutesText(sinceMs)}. ` : ''
  if (sinceMs === null) return 'Nothing is recorded of these yet.'
  const ahead =
    reachMs === undefined
      ? 'Nothing is forecast of these.'
      : `Forecasts reach ${aheadText(reachMs)}; beyond that nothing is drawn.`
  return past + ahead
}

const hint =
  'Point at a cell for its figures, click it to go there at that time; arrows and Enter do the same.'

const Read = (props: {
  readonly query: HeatQuery
  readonly heat: PoolHeat
  readonly lines: readonly HeatLine[]
  readonly markedAtMs: number | undefined
  readonly onScroll: (firstLine: number) => void
}) => {
  const { query, heat, lines, markedAtMs } = props
  const { by, figure, range, poolId } = query
  const theta = useFleet(s => s.triggerPagesPerSecond[poolId] ?? 1)
  const scheme = useComputedColorScheme('dark')
  const theme = useMemo(() => chartThemeOf(scheme), [scheme])
  const scale = useMemo(() => heatScale(figure, by, theta), [figure, by, theta])
  const cells = useMemo(() => heatCells(heat, range, scale.shareOf), [heat, range, scale])
  const frame = useMemo(() => frameOf(lines, heat, { range, cells }), [lines, heat, range, cells])
  const [selected, setSelected] = useState<HeatCell | null>(() => cellOfMark(heat, range, markedAtMs))
  const [under, setUnder] = useState<HeatCell | null>(null)
  const wordsId = useId()
  const at = (cell: HeatCell | null) => cell && pointed(cell, { lines, heat, cells, range })
  const told = at(under) ?? at(selected)
  const open = (cell: HeatCell) => {
    const to = at(cell)
    if (!to) return
    const moment = to.isForecast ? {} : { atMs: (to.fromMs + to.toMs) / 2 }
    if (by === 'hosts') navigate({ screen: 'host', hostId: to.id, ...moment })
    else navigate({ screen: 'vm', vmId: to.id, ...moment })
  }
  return (
    <>
      <HeatCanvas
        label={`${scale.word} of ${lines.length} lines over the last ${range}. Arrows move from cell to cell, Enter goes there.`}
        frame={frame}
        cells={cells}
        theme={theme}
        selected={selected}
        wordsId={wordsId}
        onPoint={setUnder}
        onSelect={setSelected}
        onOpen={open}
        onScroll={props.onScroll}
      />
      <p id={wordsId} className={styles.words} aria-live={under ? 'off' : 'polite'}>
        {told ? (
          <CellWords poolId={poolId} by={by} cell={told} scale={scale} />
        ) : (
          <span className={styles.dim}>{hint}</span>
        )}
      </p>
      <div className={styles.legendLine}>
        <HeatLegend scale={scale} theme={theme} />
        <span className={styles.dim}>{reachWords(heat)}</span>
      </div>
    </>
  )
}

/** The first row's cell at a time that was asked for. */
const cellOfMark = (heat: PoolHeat, range: HeatRange, atMs: number | undefined): HeatCell | null => {
  if (atMs === undefined || atMs < heat.fromMs || atMs >= heat.toMs) return null
  return { line: 0, column: Math.floor((atMs - heat.fromMs) / heatRanges[range].columnMs) }
}

const isFor = (state: PoolHeatState, query: HeatQuery): boolean =>
  state.state === 'read' &&
  (['poolId', 'by', 'figure', 'range'] as const).every(part => state.query[part] === query[part])

/** Hosts or VMs by time: the past as it was kept, and the forecast as far as it reaches. */
export const HeatMap = (props: {
  readonly poolId: string
  /** The rows are the VMs of this host; without it the hosts or VMs of the pool, whichever the operator chose. */
  readonly hostId?: string
  readonly groups: readonly HeatGroup[]
  readonly nameOf: (id: string) => string
  readonly markedAtMs?: number | undefined
  /** Why the rows are not grouped as asked; null when they are. */
  readonly trouble: string | null
}) => {
  const { poolId, hostId } = props
  const chosenBy = useUi(s => s.heatBy)
  const figure = useUi(s => s.heatFigure)
  const range = useUi(s => s.heatRange)
  const by = hostId === undefined ? chosenBy : 'vms'
  const query: HeatQuery = { poolId, by, figure, range }
  const lines = useMemo(() => heatLines(props.groups, props.nameOf), [props.groups, props.nameOf])
  // What is drawn anew begins at its first line.
  const drawing = `${poolId} ${by} ${range}`
  const [scrolled, setScrolled] = useState({ drawing, line: 0 })
  const firstLine = scrolled.drawing === drawing ? scrolled.line : 0
  const rowIds = useMemo(() => idsRead(lines, firstLine), [lines, firstLine])
  const state = usePoolHeat(query, rowIds)
  const onScroll = (line: number) => {
    const first = firstLineRead(line)
    if (first !== firstLine) setScrolled({ drawing, line: first })
  }
  const isRead = isFor(state, query)
  return (
    <section className={styles.panel} aria-label="Heat over time">
      <div className={styles.panelHead}>
        <h2>{by === 'hosts' ? 'Hosts by time' : 'VMs by time'}</h2>
        <HeatControls isOfOneHost={hostId !== undefined} />
      </div>
      {props.trouble !== null && <p>{props.trouble}</p>}
      {state.state === 'failed' && (
        <p>
          {state.because} {state.remedy}
        </p>
      )}
      {state.state !== 'failed' && !isRead && <p className={styles.dim}>Reading the last {range}.</p>}
      {isRead && state.state === 'read' && (
        <Read
          key={drawing}
          query={state.query}
          heat={state.heat}
          lines={lines}
          markedAtMs={props.markedAtMs}
          onScroll={onScroll}
        />
      )}
    </section>
  )
}
