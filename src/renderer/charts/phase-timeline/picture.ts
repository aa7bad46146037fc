import { moved, type Shape } from '../shape.ts'
import type { Picture } from '../shapes-as-svg.ts'
import type { ChartTheme } from '../theme.ts'
import type { PhaseTimelineData } from './data.ts'
import { layoutPhaseTimeline } from './layout.ts'

/** What a timeline that leaves the console has to say of itself. */
export interface TimelineHeading {
  /** What moved from where to where. */
  readonly title: string
  /** When, by which policy, with which figures. */
  readonly details: readonly string[]
  /** The picture in one or two sentences. */
  readonly description: string
}

const SIZE = { width: 1280, height: 480 } as const
const MARGIN_PX = 20
const LINE_PX = 17

/** The whole timeline as a picture of its own, with a heading, in the colours of `theme`. */
export const timelinePicture = (
  data: PhaseTimelineData,
  { title, details, description }: TimelineHeading,
  theme: ChartTheme,
): Picture => {
  const lines = [title, ...details]
  const headingPx = MARGIN_PX + lines.length * LINE_PX + 6
  const heading = lines.map(
    (text, index): Shape => ({
      kind: 'text',
      x: MARGIN_PX,
      y: MARGIN_PX + LINE_PX * (index + 0.5),
      text,
      ink: index === 0 ? 'text' : 'muted',
      align: 'left',
      strong: index === 0,
    }),
  )
  const { shapes } = layoutPhaseTimeline(data, SIZE)
  return {
    width: SIZE.width + 2 * MARGIN_PX,
    height: headingPx + SIZE.height + MARGIN_PX,
    shapes: [...heading, ...shapes.map(shape => moved(shape, [MARGIN_PX, headingPx]))],
    theme,
    title,
    description,
  }
}
