import { memo, useEffect, useRef } from 'react'
import { fleetStore, followFleet } from '../../state/index.ts'
import styles from './FleetTable.module.css'
import { type TrendShape, trendShape } from './trend-shape.ts'

/** The box that lines are drawn in; it is stretched to the cell, its strokes are not. */
const BOX = { width: 160, height: 20 }

interface Lines {
  readonly solid: string
  readonly dashed: string
  readonly theta: string
}

/** A shape as the data of three paths: what is measured, what is estimated, and the trigger. */
const linesOf = ({ stretches, thetaY }: TrendShape): Lines => {
  const lines = { solid: '', dashed: '' }
  for (const { isEstimated, points } of stretches) {
    let line = ''
    for (let i = 0; i + 1 < points.length; i += 2)
      line += `${i === 0 ? 'M' : 'L'}${(points[i] ?? 0).toFixed(1)} ${(points[i + 1] ?? 0).toFixed(1)}`
    lines[isEstimated ? 'dashed' : 'solid'] += line
  }
  return { ...lines, theta: thetaY === null ? '' : `M0 ${thetaY.toFixed(1)}H${BOX.width}` }
}

const linesNow = (vmId: string, poolId: string): Lines => {
  const ring = fleetStore.rings.of(vmId)
  if (!ring) return { solid: '', dashed: '', theta: '' }
  const thetaPagesPerSecond = fleetStore.getState().triggerPagesPerSecond[poolId]
  return linesOf(trendShape(ring, { ...BOX, thetaPagesPerSecond }))
}

/**
 * The last 10 minutes of a VM's dirty rate, drawn outside React whenever its ring has grown. Paths rather than a canvas:
 * each canvas is a layer of its own to compose in every frame, and a screen holds dozens of these.
 */
export const TrendCell = memo(({ vmId, poolId }: { readonly vmId: string; readonly poolId: string }) => {
  const solid = useRef<SVGPathElement>(null)
  const dashed = useRef<SVGPathElement>(null)
  const theta = useRef<SVGPathElement>(null)
  useEffect(() => {
    let version: number | undefined
    const draw = () => {
      const latest = fleetStore.rings.of(vmId)?.version
      if (latest === version && version !== undefined) return
      version = latest
      const lines = linesNow(vmId, poolId)
      solid.current?.setAttribute('d', lines.solid)
      dashed.current?.setAttribute('d', lines.dashed)
      theta.current?.setAttribute('d', lines.theta)
    }
    draw()
    return followFleet(draw)
  }, [vmId, poolId])
  return (
    <svg
      aria-hidden="true"
      className={styles.trend}
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      preserveAspectRatio="none"
    >
      <path ref={theta} className={styles.trendTheta} />
      <path ref={dashed} className={styles.trendLine} data-estimated />
      <path ref={solid} className={styles.trendLine} />
    </svg>
  )
})
TrendCell.displayName = 'TrendCell'
