import { chromium, type Page } from 'playwright'
import { createServer } from 'vite'
import { findChromium } from '../../src/main/cli/browser.ts'
import { deviationOf, medianOf } from './statistics.ts'

/** Every page of a guest of 8 GiB. */
const PAGES = 2_097_152
const DRAWS = 60
const WARM_UP = 5
const SIZES = [
  { width: 848, height: 237 },
  { width: 1800, height: 600 },
]
const HTML =
  '<!doctype html><script type="module">window.heat = { ...await import("/src/renderer/charts/heat-grid/draw.ts"), ...await import("/src/renderer/charts/heat-grid/layout.ts"), ...await import("/src/renderer/charts/theme.ts") }</script>'

interface Measured {
  readonly drawMs: readonly number[]
  readonly hotCells: number
}

type Heat = typeof import('../../src/renderer/charts/heat-grid/draw.ts') &
  typeof import('../../src/renderer/charts/heat-grid/layout.ts') &
  typeof import('../../src/renderer/charts/theme.ts')

/** Draws in the page with another hot page each time; a pixel is read back so that the picture is finished. */
const drawIn = (page: Page, size: { readonly width: number; readonly height: number }): Promise<Measured> =>
  page.evaluate(
    ({ width, height, pages, draws }) => {
      const { heat } = window as unknown as { heat: Heat }
      const canvas = document.createElement('canvas')
      canvas.width = width
      canvas.height = height
      document.body.replaceChildren(canvas)
      const ctx = canvas.getContext('2d')
      if (!ctx) throw new Error('no canvas')
      const classes = Uint8Array.from({ length: pages }, (_, n) => (n % 97 === 0 ? 1 : 0))
      const drawMs: number[] = []
      for (let draw = 0; draw < draws; draw += 1) {
        classes[(draw * 104_729) % pages] = 2
        const fromMs = performance.now()
        const layout = heat.layoutHeatGrid({ from: 0, to: pages }, { width, height })
        heat.drawHeatGrid(ctx, { layout, classes }, heat.chartThemeOf('dark'))
        ctx.getImageData(0, 0, 1, 1)
        drawMs.push(performance.now() - fromMs)
      }
      const layout = heat.layoutHeatGrid({ from: 0, to: pages }, { width, height })
      const hotCells = heat.cellClasses(layout, classes).filter(code => code === 2).length
      return { drawMs, hotCells }
    },
    { ...size, pages: PAGES, draws: WARM_UP + DRAWS },
  )

/** The heatmap of two million pages, folded and drawn anew, in chromium without a graphics card. */
export const bench = {
  name: 'heatmap',
  about: 'a heatmap of two million pages drawn in chromium',
  run: async () => {
    const server = await createServer({
      configFile: false,
      logLevel: 'error',
      optimizeDeps: { noDiscovery: true },
      server: { host: '127.0.0.1', port: 0 },
      plugins: [
        {
          name: 'one-page',
          configureServer: ({ middlewares }) => {
            middlewares.use((request, response, next) => {
              if (request.url !== '/') return next()
              response.setHeader('content-type', 'text/html').end(HTML)
            })
          },
        },
      ],
    })
    await server.listen()
    const executablePath = findChromium()
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    })
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      await page.goto(server.resolvedUrls?.local[0] ?? '')
      await page.waitForFunction('window.heat !== undefined')
      const rows: Record<string, Record<string, string>> = {}
      for (const size of SIZES) {
        const measured = await drawIn(page, size)
        const drawMs = measured.drawMs.slice(WARM_UP)
        rows[`${size.width} x ${size.height} px`] = {
          'min ms': Math.min(...drawMs).toFixed(1),
          'median ms': medianOf(drawMs).toFixed(1),
          'max ms': Math.max(...drawMs).toFixed(1),
          'deviation ms': deviationOf(drawMs).toFixed(1),
          'hot pages seen': `${measured.hotCells} of ${measured.drawMs.length}`,
        }
      }
      console.log(`${PAGES} pages, ${DRAWS} draws each, software drawing; the target is 30 ms`)
      console.table(rows)
    } finally {
      await browser.close()
      await server.close()
    }
  },
}
