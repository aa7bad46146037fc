import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Page } from 'playwright'
import { findChromium } from '../src/main/cli/browser.ts'
import { serveConsole } from '../test/support/served-console.ts'
import { root } from './places.mjs'

/** Takes pictures of the real console on its lab: every screen in both themes, with --all in two sizes. */
const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    out: { type: 'string', default: path.join(root, 'docs', 'images') },
  },
})

const documented = { width: 1280, height: 800 }
const sizes = values.all ? [documented, { width: 1920, height: 1080 }] : [documented]
const themes = ['dark', 'light'] as const

/** One picture a theme and size; those of the documentation are named without a size. */
const shoot = async (page: Page, name: string): Promise<void> => {
  // Where the last click was, a row would look chosen.
  await page.mouse.move(0, 0)
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme })
      // Charts are drawn by animation frame: two of them after a change.
      await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
      const suffix = values.all ? `-${size.width}` : ''
      await page.screenshot({ path: path.join(values.out, `${name}-${colorScheme}${suffix}.png`) })
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
  await open(page, '#/settings')
  await shoot(page, 'settings')
  await open(page, '#/fleet')
  await page.getByText('HIGH').first().waitFor({ timeout: 120_000 })
  await shoot(page, 'fleet')
  await page.keyboard.press('?')
  await shoot(page, 'shortcuts')
  await page.keyboard.press('Escape')
  await page.getByText('db-07').first().dblclick()
  await page.waitForURL(/#\/vm\//)
  await page.getByRole('region', { name: 'Page heat' }).getByRole('table').waitFor({ timeout: 60_000 })
  await page.getByRole('complementary', { name: 'Advice' }).getByRole('list').first().waitFor()
  await shoot(page, 'vm')

  const client = await running.openClient()
  for await (const { inventory } of client.stream('fleet.watch', {}, AbortSignal.timeout(10_000))) {
    if (!inventory) continue
    const [pool] = inventory.pools
    const host = inventory.hosts.find(({ poolId }) => poolId === pool?.id)
    for (const [screen, id] of [
      ['pool', pool?.id],
      ['host', host?.id],
    ] as const) {
      await open(page, `#/${screen}/${encodeURIComponent(id ?? '')}`)
      await page.waitForTimeout(1500)
      await shoot(page, screen)
    }
    break
  }
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
  await page.getByRole('option').filter({ hasText: 'trigger' }).first().click()
  await shoot(page, 'decisions')
} finally {
  await browser.close()
  await running.stop()
}
process.exit(0)
