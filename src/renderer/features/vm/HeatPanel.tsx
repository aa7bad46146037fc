import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { PageHeat } from '../../../shared/model/heat.ts'
import { formatBytes, formatRatio, PAGE_BYTES } from '../../../shared/units.ts'
import { type CanvasSurface, openCanvasSurface } from '../../charts/canvas-surface.ts'
import { drawHeatGrid } from '../../charts/heat-grid/draw.ts'
import { layoutHeatGrid, regionsAt } from '../../charts/heat-grid/layout.ts'
import { type ChartTheme, chartThemeOf } from '../../charts/theme.ts'
import { Clock } from '../../ui/Clock.tsx'
import { heatShares, regionWords } from './heat-figures.ts'
import { useHeat } from './use-heat.ts'
import styles from './vm.module.css'

const deviceSize = (canvas: HTMLCanvasElement) => {
  const ratio = window.devicePixelRatio || 1
  return { width: canvas.clientWidth * ratio, height: canvas.clientHeight * ratio }
}

const Grid = ({
  heat,
  theme,
  onPoint,
}: {
  readonly heat: PageHeat
  readonly theme: ChartTheme
  readonly onPoint: (words: string | null) => void
}) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const surface = useRef<CanvasSurface>(null)
  const latest = useRef(heat)
  useEffect(() => {
    latest.current = heat
    surface.current?.redraw()
  }, [heat])
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const opened = openCanvasSurface(element, ctx => {
      const { classes } = latest.current
      drawHeatGrid(ctx, { layout: layoutHeatGrid(classes.length, deviceSize(element)), classes }, theme)
    })
    surface.current = opened
    return opened.stop
  }, [theme])
  const summary = heatShares(heat).map(share => `${share.label} ${formatRatio(share.share)}`)
  return (
    <canvas
      ref={canvas}
      className={styles.heatCanvas}
      role="img"
      aria-label={`Guest memory by heat: ${summary.join(', ')}`}
      onPointerMove={event => {
        const element = event.currentTarget
        const ratio = window.devicePixelRatio || 1
        const { offsetX, offsetY } = event.nativeEvent
        const layout = layoutHeatGrid(heat.classes.length, deviceSize(element))
        const regions = regionsAt(layout, offsetX * ratio, offsetY * ratio)
        onPoint(regions ? regionWords(heat, regions) : null)
      }}
      onPointerLeave={() => onPoint(null)}
    />
  )
}

const Legend = ({ heat, theme }: { readonly heat: PageHeat; readonly theme: ChartTheme }) => (
  <table className={styles.heatTable}>
    <thead>
      <tr>
        <th scope="col">Class</th>
        <th scope="col">Memory</th>
        <th scope="col">Share</th>
        <th scope="col">Writes/page/s</th>
      </tr>
    </thead>
    <tbody>
      {heatShares(heat).map(share => (
        <tr key={share.label}>
          <th scope="row">
            <span className={styles.chip} style={{ background: theme[share.label] }} aria-hidden="true" />
            {share.label}
          </th>
          <td>{formatBytes(share.pages * PAGE_BYTES)}</td>
          <td>{formatRatio(share.share)}</td>
          <td>{centreText(heat, share.label)}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

const centreText = (heat: PageHeat, label: string): string => {
  const frequency = heat.centroids.find(centroid => centroid.label === label)?.frequency
  return frequency === undefined ? '-' : frequency.toFixed(frequency < 0.1 ? 3 : 1)
}

/** Memory by heat, read while somebody looks: one cell a region, rows by address. */
export const HeatPanel = ({ vmId }: { readonly vmId: string }) => {
  const item = useHeat(vmId)
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const [words, setWords] = useState<string | null>(null)
  const heat = item?.kind === 'heat' ? item.heat : null
  return (
    <section className={styles.panel}>
      <h2>
        Page heat
        {heat && (
          <span className={styles.dim}>
            {' '}
            at <Clock atMs={heat.atMs} />, {heat.classes.length.toLocaleString('en')} regions of{' '}
            {formatBytes(heat.regionPages * PAGE_BYTES)}, K-means with 3 classes
          </span>
        )}
      </h2>
      {item === null && <p className={styles.dim}>Reading the writes of the last seconds from the host.</p>}
      {item?.kind === 'unavailable' && <p>{item.because}</p>}
      {heat && (
        <div className={styles.heat}>
          <div className={styles.heatGrid}>
            <Grid heat={heat} theme={theme} onPoint={setWords} />
            <p className={styles.dim} aria-live="off">
              {words ??
                `From address 0, row by row, to ${formatBytes(heat.totalPages * PAGE_BYTES)}. Point at a cell for its figures.`}
            </p>
          </div>
          <Legend heat={heat} theme={theme} />
        </div>
      )}
    </section>
  )
}
