import { setTimeout as pause } from 'node:timers/promises'
import { chromium, type Page } from 'playwright'
import { findChromium } from '../../src/main/cli/browser.ts'
import { serveFakeConsole } from '../support/fake-console.ts'
import { type FrameCost, measureFrames } from '../support/main-thread-work.ts'

const VMS = 10_000
const HOSTS_PER_POOL = 100
const WARM_UP_MS = 8_000
const WATCHED_MS = 15_000
/** A frame later than this is seen as a stutter: two frames of 60 Hz. */
const LATE_MS = 33.4

const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN

const rowOf = (frames: readonly FrameCost[]): Readonly<Record<string, string>> => {
  const work = frames.map(({ workMs }) => workMs)
  const late = frames.filter(({ intervalMs }) => intervalMs > LATE_MS).length
  const totalMs = frames.reduce((sum, { intervalMs }) => sum + intervalMs, 0)
  return {
    frames: String(frames.length),
    'work p50 ms': quantile(work, 0.5).toFixed(1),
    'work p95 ms': quantile(work, 0.95).toFixed(1),
    'work max ms': Math.max(...work).toFixed(0),
    'cpu p95 ms': quantile(
      frames.map(({ cpuMs }) => cpuMs),
      0.95,
    ).toFixed(1),
    'late %': ((late / frames.length) * 100).toFixed(1),
    'busy %': ((work.reduce((sum, ms) => sum + ms, 0) / totalMs) * 100).toFixed(0),
  }
}

const idle = () => pause(WATCHED_MS)

/** Turns the wheel as a hand does: a notch every 60 ms, down and up again. */
const scroll = async (page: Page): Promise<void> => {
  await page.mouse.move(600, 450)
  const endsMs = Date.now() + WATCHED_MS
  for (let notch = 0; Date.now() < endsMs; notch++) {
    await page.mouse.wheel(0, notch % 80 < 60 ? 360 : -1000)
    await pause(60)
  }
}

const open = async (page: Page, hash: string): Promise<void> => {
  await page.evaluate(to => {
    location.hash = to
  }, hash)
  await pause(1500)
}

const sortBy = (page: Page, word: string) =>
  page.getByRole('columnheader', { name: word }).getByRole('button').click()

const measureAll = async (page: Page, start: (vmId: string) => Promise<string>) => {
  const rows: Record<string, Readonly<Record<string, string>>> = {}
  const measure = async (name: string, watch: () => Promise<void>) => {
    rows[name] = rowOf(await measureFrames(page, watch))
  }
  await pause(WARM_UP_MS)
  await measure('fleet, left alone', idle)
  await measure('fleet, scrolled', () => scroll(page))
  await sortBy(page, 'dirty')
  await measure('fleet by dirty rate, scrolled', () => scroll(page))
  await page.keyboard.press('/')
  await page.keyboard.type('db is:at-risk')
  await measure('fleet filtered by risk', idle)
  await open(page, '#/vm/vm-1')
  await measure('VM', idle)
  await open(page, '#/pool/pool-1')
  await measure('pool', idle)
  await open(page, '#/host/pool-1-host-1')
  await measure('host', idle)
  await open(page, `#/migration/${await start('vm-1')}`)
  await measure('migration', idle)
  await open(page, '#/decisions')
  await measure('decisions', idle)
  return rows
}

export const bench = {
  name: 'ui',
  about: 'frames of each screen with 10,000 VMs in chromium',
  run: async () => {
    const running = await serveFakeConsole({ vms: VMS, hostsPerPool: HOSTS_PER_POOL })
    const executablePath = findChromium()
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
    })
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      await page.goto(running.url)
      await page.getByText('db-01', { exact: true }).first().waitFor()
      const handlers = running.app.handlers()
      const rows = await measureAll(page, async vmId => {
        const started = await handlers['migration.start'](
          { vmId, policy: 's1' },
          new AbortController().signal,
        )
        return started.migrationId
      })
      console.log(`${VMS} VMs at 1 Hz, 1280x800, software drawing, ${WATCHED_MS / 1000} s each`)
      console.table(rows)
    } finally {
      await browser.close()
      await running.close()
    }
  },
}
