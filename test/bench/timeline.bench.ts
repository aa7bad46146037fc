import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { build } from 'vite'
import { findChromium } from '../../src/main/cli/browser.ts'
import type { FrameCost, timelineFrames } from '../support/timeline-frames.ts'
import { medianOf } from './statistics.ts'

const WARM_UP = 40
const FRAMES = 400
const SIZES = [
  { width: 1172, height: 416 },
  { width: 1500, height: 562 },
] as const
const LENGTHS = [
  { rounds: 50, faults: 10_000 },
  { rounds: 500, faults: 100_000 },
] as const

declare const frames: { readonly timelineFrames: typeof timelineFrames }

/** The code that runs in the page, as one script that makes the global `frames`. */
const pageScript = async (): Promise<string> => {
  const entry = fileURLToPath(new URL('../support/timeline-frames.ts', import.meta.url))
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, name: 'frames', formats: ['iife'] } },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (!output || !('output' in output)) throw new Error('the page script was not built')
  return output.output[0].code
}

const percentile95 = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN

const row = (costs: readonly FrameCost[]): Record<string, string> => {
  const counted = costs.slice(WARM_UP)
  const totals = counted.map(({ layoutMs, drawMs }) => layoutMs + drawMs)
  return {
    'layout, median ms': medianOf(counted.map(cost => cost.layoutMs)).toFixed(2),
    'draw, median ms': medianOf(counted.map(cost => cost.drawMs)).toFixed(2),
    'both, min ms': Math.min(...totals).toFixed(2),
    'both, median ms': medianOf(totals).toFixed(2),
    'both, p95 ms': percentile95(totals).toFixed(2),
    'both, max ms': Math.max(...totals).toFixed(2),
  }
}

/** Layout and software drawing of the phase timeline in chromium, while it is zoomed and moved. */
export const bench = {
  name: 'timeline',
  about: 'a timeline of 500 rounds drawn in chromium',
  run: async () => {
    const executablePath = findChromium()
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu'],
    })
    try {
      const page = await browser.newPage()
      await page.addScriptTag({ content: await pageScript() })
      const rows: Record<string, Record<string, string>> = {}
      for (const length of LENGTHS)
        for (const size of SIZES) {
          const costs = await page.evaluate(asked => frames.timelineFrames(asked), {
            ...length,
            ...size,
            frames: WARM_UP + FRAMES,
          })
          const name = `${length.rounds} rounds, ${length.faults} faults, ${size.width} x ${size.height}`
          rows[name] = row(costs)
        }
      console.table(rows)
    } finally {
      await browser.close()
    }
  },
}
