import { useEffect, useMemo, useRef } from 'react'
import { formatDuration } from '../../../shared/units.ts'
import { type CanvasSurface, openCanvasSurface } from '../../charts/canvas-surface.ts'
import { drawShapes } from '../../charts/draw-shapes.ts'
import { type HeatMoment, layoutHeatStrip } from '../../charts/heat-strip/layout.ts'
import type { Size } from '../../charts/shape.ts'
import type { ChartTheme } from '../../charts/theme.ts'
import { clockText } from '../../ui/clock-text.ts'
import styles from './heat.module.css'
import { heatShares, shareText } from './heat-figures.ts'
import type { HeatReading } from './heat-history.ts'

interface Props {
  readonly readings: readonly HeatReading[]
  /** Index of the reading that is shown. */
  readonly shown: number
  readonly theme: ChartTheme
  readonly onShow: (index: number) => void
}

const momentOf = ({ heat }: HeatReading): HeatMoment => {
  const share = (label: string) => heatShares(heat).find(candidate => candidate.label === label)?.share ?? 0
  return { atMs: heat.atMs, hotShare: share('hot'), warmShare: share('warm') }
}

/** Readings stay the same objects, so each is counted once. */
const useMoments = (readings: readonly HeatReading[]): readonly HeatMoment[] => {
  const known = useRef(new WeakMap<HeatReading, HeatMoment>())
  return useMemo(
    () =>
      readings.map(reading => {
        const moment = known.current.get(reading) ?? momentOf(reading)
        known.current.set(reading, moment)
        return moment
      }),
    [readings],
  )
}

/** Shares of hot and warm memory over the readings kept, and a slider to look back. */
export const HeatTimeline = ({ readings, shown, theme, onShow }: Props) => {
  const moments = useMoments(readings)
  const canvas = useRef<HTMLCanvasElement>(null)
  const surface = useRef<CanvasSurface>(null)
  const paint = useRef((_ctx: CanvasRenderingContext2D, _size: Size) => {})
  useEffect(() => {
    paint.current = (ctx, size) => drawShapes(ctx, layoutHeatStrip(moments, shown, size), theme)
    surface.current?.redraw()
  }, [moments, shown, theme])
  useEffect(() => {
    if (!canvas.current) return
    const opened = openCanvasSurface(canvas.current, (ctx, size) => paint.current(ctx, size))
    surface.current = opened
    return opened.stop
  }, [])
  const moment = moments[shown]
  const kept = (moments.at(-1)?.atMs ?? 0) - (moments[0]?.atMs ?? 0)
  return (
    <div className={styles.timeline}>
      <canvas ref={canvas} className={styles.strip} role="img" aria-label="Hot and warm share over time" />
      <input
        type="range"
        aria-label="Reading shown"
        min={0}
        max={Math.max(0, readings.length - 1)}
        value={shown}
        aria-valuetext={
          moment &&
          `${clockText(moment.atMs)}, hot ${shareText(moment.hotShare)}, warm ${shareText(moment.warmShare)}`
        }
        onChange={event => onShow(Number(event.currentTarget.value))}
      />
      <p className={styles.dim}>
        {readings.length === 1
          ? 'Hot and warm share over time; readings are kept while this screen is open.'
          : `Hot and warm share of memory over the last ${formatDuration(kept)}; move the slider to look back.`}
      </p>
    </div>
  )
}
