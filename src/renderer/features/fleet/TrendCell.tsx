import { memo, useEffect, useRef } from 'react'
import { type CanvasSurface, openCanvasSurface } from '../../charts/canvas-surface.ts'
import { fleetStore, followFleet, useScheme } from '../../state/index.ts'
import styles from './FleetTable.module.css'
import { type TrendShape, trendShape } from './trend-shape.ts'

interface Colours {
  readonly edge: string
  readonly accent: string
}

const coloursNow = (): Colours => {
  const style = getComputedStyle(document.documentElement)
  return { edge: style.getPropertyValue('--ls-edge'), accent: style.getPropertyValue('--ls-accent') }
}

const paint = (ctx: CanvasRenderingContext2D, shape: TrendShape, width: number, colours: Colours) => {
  if (shape.thetaY !== null) {
    ctx.strokeStyle = colours.edge
    ctx.lineWidth = 1
    ctx.setLineDash([2, 3])
    ctx.beginPath()
    ctx.moveTo(0, Math.round(shape.thetaY) + 0.5)
    ctx.lineTo(width, Math.round(shape.thetaY) + 0.5)
    ctx.stroke()
  }
  ctx.strokeStyle = colours.accent
  ctx.lineWidth = 1.25
  for (const { isEstimated, points } of shape.stretches) {
    ctx.setLineDash(isEstimated ? [3, 2] : [])
    ctx.beginPath()
    for (let i = 0; i + 1 < points.length; i += 2) ctx.lineTo(points[i] ?? 0, points[i + 1] ?? 0)
    ctx.stroke()
  }
}

/** The last 10 minutes of a VM's dirty rate, drawn outside React whenever its ring has grown. */
export const TrendCell = memo(({ vmId, poolId }: { readonly vmId: string; readonly poolId: string }) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const surface = useRef<CanvasSurface>(undefined)
  // The canvas outlives the VM: a row takes over another's element while the table is scrolled.
  const drawn = useRef({ vmId, poolId, colours: null as Colours | null })
  const scheme = useScheme()
  useEffect(() => {
    if (!canvas.current) return
    surface.current = openCanvasSurface(canvas.current, (ctx, { width, height }) => {
      const ring = fleetStore.rings.of(drawn.current.vmId)
      ctx.clearRect(0, 0, width, height)
      if (!ring) return
      const thetaPagesPerSecond = fleetStore.getState().triggerPagesPerSecond[drawn.current.poolId]
      drawn.current.colours ??= coloursNow()
      paint(ctx, trendShape(ring, { width, height, thetaPagesPerSecond }), width, drawn.current.colours)
    })
    return () => surface.current?.stop()
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new scheme has other colours to draw in
  useEffect(() => {
    drawn.current.colours = null
  }, [scheme])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new scheme is drawn at once
  useEffect(() => {
    drawn.current = { ...drawn.current, vmId, poolId }
    surface.current?.redraw()
    let version = fleetStore.rings.of(vmId)?.version
    return followFleet(() => {
      const latest = fleetStore.rings.of(vmId)?.version
      if (latest === version) return
      version = latest
      surface.current?.redraw()
    })
  }, [vmId, poolId, scheme])
  return <canvas ref={canvas} className={styles.trend} />
})
TrendCell.displayName = 'TrendCell'
