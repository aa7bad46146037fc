import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { WhatIf } from '../../../shared/model/what-if.ts'
import { type CanvasSurface, openCanvasSurface } from '../../charts/canvas-surface.ts'
import { drawShapes } from '../../charts/draw-shapes.ts'
import { layoutPolicyBars, type PolicyBar, policyBarsHeight } from '../../charts/policy-bars/layout.ts'
import { chartThemeOf } from '../../charts/theme.ts'
import type { Sort } from '../../state/index.ts'
import { policyWords } from './migration-words.ts'
import styles from './WhatIf.module.css'
import { sortedRows, type WhatIfColumn } from './what-if-columns.ts'

interface Props {
  readonly whatIf: WhatIf
  readonly column: WhatIfColumn
  readonly sort: Sort
}

const barsOf = ({ whatIf, column, sort }: Props): readonly PolicyBar[] => {
  const { measured } = whatIf
  const happened = measured?.figures[column.id] ?? null
  const simulated = sortedRows(whatIf, sort).map((row): PolicyBar => {
    const { median, low, high } = row.figures[column.id]
    return {
      name: policyWords[row.policy],
      origin: 'simulated',
      value: median,
      low,
      high,
      words: column.format(median),
    }
  })
  if (measured === null || happened === null) return simulated
  const name = `${policyWords[measured.policy]}, measured`
  const words = column.format(happened)
  return [{ name, origin: 'measured', value: happened, low: happened, high: happened, words }, ...simulated]
}

/** The figure that is sorted by, a bar for each policy: solid measured, hatched simulated. */
export const WhatIfChart = (props: Props) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const surface = useRef<CanvasSurface>(null)
  const bars = barsOf(props)
  const latest = useRef(bars)
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  useEffect(() => {
    latest.current = bars
    surface.current?.redraw()
  })
  useEffect(() => {
    if (!canvas.current) return
    const opened = openCanvasSurface(canvas.current, (ctx, size) =>
      drawShapes(ctx, layoutPolicyBars(latest.current, size), theme),
    )
    surface.current = opened
    return opened.stop
  }, [theme])
  const { word, title } = props.column
  return (
    <figure className={styles.chart}>
      <figcaption>
        {word} <span className={styles.dim}>{title}. Solid was measured, hatched simulated.</span>
      </figcaption>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${word} by policy: ${bars.map(bar => `${bar.name} ${bar.words}`).join(', ')}`}
        style={{ height: policyBarsHeight(bars.length) }}
      />
    </figure>
  )
}
