import type { CDPSession, Page } from 'playwright'

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds. */
  readonly ts: number
  readonly dur?: number
  /** CPU time of the thread within it, microseconds. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** What one animation frame cost: the time to the next one, and what the main thread worked within it, ms. */
export interface FrameCost {
  readonly intervalMs: number
  readonly workMs: number
  readonly cpuMs: number
}

const MARK = 'longshore:frame'

/** Marks every animation frame of the page until the returned function is called. */
const markFrames = async (page: Page): Promise<() => Promise<void>> => {
  await page.evaluate(mark => {
    const beat = () => {
      performance.mark(mark)
      performance.clearMarks(mark)
      Reflect.set(window, 'frameMarks', requestAnimationFrame(beat))
    }
    beat()
  }, MARK)
  return () => page.evaluate(() => cancelAnimationFrame(Reflect.get(window, 'frameMarks')))
}

const traceOf = async (cdp: CDPSession, watch: () => Promise<void>): Promise<readonly TraceEvent[]> => {
  const events: TraceEvent[] = []
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  const ended = new Promise<void>(resolve => cdp.once('Tracing.tracingComplete', () => resolve()))
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: [
        'blink.user_timing',
        'toplevel',
        'disabled-by-default-devtools.timeline',
        '__metadata',
      ],
    },
  })
  await watch()
  await cdp.send('Tracing.end')
  await ended
  return events
}

/** The frames between the marks, and what each task of the marking thread (they never overlap) adds to its frame. */
const framesOf = (events: readonly TraceEvent[]): readonly FrameCost[] => {
  const marks = events.filter(event => event.name === MARK).sort((a, b) => a.ts - b.ts)
  const [first] = marks
  if (!first) throw new Error('no animation frame was marked')
  const tasks = events
    .filter(
      ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && pid === first.pid && tid === first.tid,
    )
    .sort((a, b) => a.ts - b.ts)
  const costs: FrameCost[] = []
  let at = 0
  for (const [index, { ts }] of marks.entries()) {
    const next = marks[index + 1]
    if (!next) break
    let workUs = 0
    let cpuUs = 0
    // A mark lies within the task that draws its frame.
    for (; at < tasks.length; at++) {
      const task = tasks[at]
      if (!task || task.ts + (task.dur ?? 0) >= next.ts) break
      if (task.ts + (task.dur ?? 0) < ts) continue
      workUs += task.dur ?? 0
      cpuUs += task.tdur ?? 0
    }
    costs.push({ intervalMs: (next.ts - ts) / 1000, workMs: workUs / 1000, cpuMs: cpuUs / 1000 })
  }
  return costs
}

/** What each animation frame of a page costs while `watch` runs, as Chromium's own tracing tells it. */
export const measureFrames = async (
  page: Page,
  watch: () => Promise<void>,
): Promise<readonly FrameCost[]> => {
  const cdp = await page.context().newCDPSession(page)
  const stop = await markFrames(page)
  try {
    return framesOf(await traceOf(cdp, watch))
  } finally {
    await stop()
    await cdp.detach()
  }
}
