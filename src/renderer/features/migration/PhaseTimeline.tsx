import { Button } from '@mantine/core'
import { useId } from 'react'
import { formatDuration } from '../../../shared/units.ts'
import type { PhaseTimelineData } from '../../charts/phase-timeline/data.ts'
import styles from './migration.module.css'
import { useTimelineCanvas } from './use-timeline-canvas.ts'
import type { Pointed } from './use-timeline-pointer.ts'
import { useTimelineView } from './use-timeline-view.ts'

interface Props {
  /** The picture at this moment; asked again for every frame while `isLive`. */
  readonly read: () => PhaseTimelineData
  readonly isLive: boolean
  /** One sentence for those who do not see the picture. */
  readonly summary: string
}

const Tip = ({ pointed, width }: { readonly pointed: Pointed; readonly width: number }) => (
  <div
    className={styles.tip}
    style={
      pointed.x > width / 2
        ? { right: `calc(100% - ${pointed.x - 12}px)`, top: pointed.y + 12 }
        : { left: pointed.x + 12, top: pointed.y + 12 }
    }
  >
    {pointed.lines.map(line => (
      <div key={line}>{line}</div>
    ))}
  </div>
)

/** The phase timeline on a canvas, drawn outside React; pointer, wheel and keys look closer and tell figures. */
export const PhaseTimeline = ({ read, isLive, summary }: Props) => {
  const canvas = useTimelineCanvas(read, isLive)
  const { view, stop, pointed, showWhole, handlers } = useTimelineView(read, canvas)
  const hintId = useId()
  return (
    <div className={styles.timeline}>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: arrows move through this picture */}
      <canvas
        ref={canvas.canvas}
        className={styles.timelineCanvas}
        role="application"
        aria-roledescription="timeline"
        aria-label={summary}
        aria-describedby={hintId}
        tabIndex={0}
        {...handlers}
      />
      {pointed && <Tip pointed={pointed} width={canvas.canvas.current?.clientWidth ?? 0} />}
      <div className={styles.timelineFoot}>
        <output className={styles.readout} aria-live="polite">
          {stop?.lines.join('; ')}
        </output>
        {view && (
          <span className={styles.range}>
            {formatDuration(view.fromMs)} to {formatDuration(view.toMs)}{' '}
            <Button size="compact-xs" onClick={showWhole}>
              Show all
            </Button>
          </span>
        )}
        <span id={hintId} className={styles.hint}>
          Drag to look closer, double click for all. With the keyboard: ← → step through, Enter and + − zoom,
          Shift ← → move, 0 all.
        </span>
      </div>
    </div>
  )
}
