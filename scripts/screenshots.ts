import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Page } from 'playwright'
import { findChromium } from '../src/main/cli/browser.ts'
import { serveConsole } from '../test/support/served-console.ts'
import { root } from './places.mjs'

/** Takes pictures of the real console on its lab: two for the README, or with --all every screen, theme and size. */
const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    out: { type: 'string', default: path.join(root, 'docs', 'images') },
  },
})

const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]
const themes = ['dark', 'light'] as const
const inReadme = new Set(['fleet', 'migration'])

const shoot = async (page: Page, name: string): Promise<void> => {
  if (!values.all) {
    if (inReadme.has(name)) await page.screenshot({ path: path.join(values.out, `${name}.png`) })
    return
  }
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme })
      // Charts are drawn by animation frame: two of them after a change.
      await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
      await page.screenshot({ path: path.join(values.out, `${name}-${colorScheme}-${size.width}.png`) })
    }
  }
}

const open = async (page: Page, hash: string): Promise<void> => {
  await page.evaluate(to => {
    location.hash = to
  }, hash)
}

await mkdir(values.out, { recursive: true })
const running = await serveConsole()
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
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' })
  await page.goto(running.url)
  await page.getByText('db-07').first().waitFor()
  await shoot(page, 'fleet-start')
  await open(page, '#/settings')
  await shoot(page, 'settings')
  await open(page, '#/fleet')
  await page.getByText('HIGH').first().waitFor({ timeout: 120_000 })
  await shoot(page, 'fleet')
  await page.getByText('db-07').first().dblclick()
  await page.waitForURL(/#\/vm\//)
  await page.getByText('Page heat', { exact: false }).first().waitFor()
  await shoot(page, 'vm')

  const client = await running.openClient()
  let migrationId = ''
  for await (const { migrations } of client.stream('migration.watch', {}, AbortSignal.timeout(180_000))) {
    const moving = migrations.find(migration => migration.rounds.length >= 1)
    if (moving) {
      migrationId = moving.id
      break
    }
  }
  await open(page, `#/migration/${migrationId}`)
  await shoot(page, 'migration-running')
  for await (const { migrations } of client.stream('migration.watch', {}, AbortSignal.timeout(180_000)))
    if (migrations.some(migration => migration.id === migrationId && migration.endedAtMs)) break
  await shoot(page, 'migration')
  await open(page, '#/migrations')
  await shoot(page, 'migrations')
  await open(page, '#/decisions')
  await shoot(page, 'decisions')
} finally {
  await browser.close()
  await running.stop()
}
process.exit(0)
