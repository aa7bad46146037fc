import type { RefObject } from 'react'
import type { PhaseTimelineData } from '../../charts/phase-timeline/data.ts'
import { axisOf } from '../../charts/phase-timeline/frame.ts'
import type { PhaseTimelineLayout } from '../../charts/phase-timeline/layout.ts'
import type { TimelineView } from '../../charts/phase-timeline/timeline-view.ts'
import type { TimeWindow } from '../../charts/time-window.ts'

/** What the ways of steering a timeline share. */
export interface TimelineSteering {
  readonly canvas: RefObject<HTMLCanvasElement | null>
  readonly read: () => PhaseTimelineData
  readonly drawn: () => PhaseTimelineLayout | undefined
  readonly setState: (change: (now: TimelineView) => TimelineView) => void
}

/** The moment at `x` CSS pixels from the canvas's left edge, within the plot. */
export const momentAt = ({ drawn }: TimelineSteering, x: number): number => {
  const frame = drawn()?.frame
  if (!frame) return 0
  const { view, plot } = frame
  const share = Math.min(1, Math.max(0, (x - plot.x) / plot.width))
  return view.fromMs + share * (view.toMs - view.fromMs)
}

export const wholeOf = ({ read }: TimelineSteering): TimeWindow => axisOf(read())
