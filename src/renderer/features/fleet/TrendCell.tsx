import { memo, useEffect, useRef } from 'react'
import { openCanvasSurface } from '../../charts/canvas-surface.ts'
import { fleetStore, useScheme } from '../../state/index.ts'
import styles from './FleetTable.module.css'
import { type TrendShape, trendShape } from './trend-shape.ts'

const paint = (
  ctx: CanvasRenderingContext2D,
  shape: TrendShape,
  width: number,
  style: CSSStyleDeclaration,
) => {
  const colour = (name: string) => style.getPropertyValue(name)
  if (shape.thetaY !== null) {
    ctx.strokeStyle = colour('--ls-edge')
    ctx.lineWidth = 1
    ctx.setLineDash([2, 3])
    ctx.beginPath()
    ctx.moveTo(0, Math.round(shape.thetaY) + 0.5)
    ctx.lineTo(width, Math.round(shape.thetaY) + 0.5)
    ctx.stroke()
  }
  ctx.strokeStyle = colour('--ls-accent')
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
  const scheme = useScheme()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new scheme has other colours to draw in
  useEffect(() => {
    if (!canvas.current) return
    const style = getComputedStyle(document.documentElement)
    const surface = openCanvasSurface(canvas.current, (ctx, { width, height }) => {
      const ring = fleetStore.rings.of(vmId)
      ctx.clearRect(0, 0, width, height)
      if (!ring) return
      const thetaPagesPerSecond = fleetStore.getState().triggerPagesPerSecond[poolId]
      paint(ctx, trendShape(ring, { width, height, thetaPagesPerSecond }), width, style)
    })
    let drawn = -1
    const onTick = () => {
      const version = fleetStore.rings.of(vmId)?.version ?? -1
      if (version === drawn) return
      drawn = version
      surface.redraw()
    }
    onTick()
    const unsubscribe = fleetStore.subscribe(onTick)
    return () => {
      unsubscribe()
      surface.stop()
    }
  }, [vmId, poolId, scheme])
  return <canvas ref={canvas} className={styles.trend} />
})
TrendCell.displayName = 'TrendCell'
