import { expect, type Page, test } from 'playwright/test'
import { serveFakeConsole } from '../support/fake-console.ts'
import { everyScreen, goToScreen } from '../support/go-to-screen.ts'

let running: Awaited<ReturnType<typeof serveFakeConsole>>

/** Long, right to left in its midst, markup, and symbols of several code points. */
const HOSTILE = `<img src=x onerror="document.title='run'"><b>bold</b> \u202Etxt.exe\u202C 👩‍👩‍👧‍👦🏴‍☠️ ${'w'.repeat(300)}`

test.beforeAll(async () => {
  running = await serveFakeConsole({ pools: 4, vms: 40, hostsPerPool: 3 })
})

test.afterAll(async () => {
  await running.close()
})

const migrationOf = async (vmId: string): Promise<string> => {
  const start = running.app.handlers()['migration.start']
  const { migrationId } = await start({ vmId, policy: 's1' }, new AbortController().signal)
  return migrationId
}

/** What reaches beyond the window, or out of the bar at its top. */
const overflowing = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const beyond = [
      ...document.querySelectorAll(
        'header:has([aria-label="Connections"]) :is(a, button), [aria-label="Where and when"] > *, h1',
      ),
    ]
      .filter(element => {
        const { left, right, width } = element.getBoundingClientRect()
        return width > 0 && (left < 0 || right > window.innerWidth + 1)
      })
      .map(element => `${element.tagName} ${element.textContent?.slice(0, 40)}`)
    const root = document.documentElement
    const main = document.querySelector('main')
    return [
      ...beyond,
      ...(root.scrollWidth > root.clientWidth ? ['the window scrolls sideways'] : []),
      ...(main && main.scrollWidth > main.clientWidth ? ['the screen scrolls sideways'] : []),
    ]
  })

test('at 900 px no pill is cut, those without room are counted, and the list of migrations scrolls by itself', async ({
  page,
}) => {
  await page.setViewportSize({ width: 900, height: 700 })
  await page.goto(running.url)
  await migrationOf('vm-2')
  await goToScreen(page, '#/migrations')
  const pills = page.getByRole('list', { name: 'Connections' })
  await expect(pills.getByRole('link', { name: /more connections/ })).toBeVisible()
  const [room, links] = await Promise.all([pills.boundingBox(), pills.getByRole('link').all()])
  for (const link of links) {
    const box = await link.boundingBox()
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((room?.x ?? 0) + (room?.width ?? 0) + 1)
  }
  await expect(page.getByRole('columnheader').first()).toBeVisible()
  expect(await overflowing(page)).toEqual([])
})

test('names made to break a screen are shown as they are and break none', async ({ page }) => {
  const { fleet } = running.app
  const [pool] = fleet.pools
  const [host] = fleet.hosts
  const vm = fleet.vms.find(({ id }) => id === 'vm-1')
  for (const thing of [pool, host, vm]) Object.assign(thing ?? {}, { name: HOSTILE })
  running.app.connections = running.app.connections.map((c, at) => (at === 0 ? { ...c, name: HOSTILE } : c))
  const migrationId = await migrationOf('vm-1')
  for (const width of [1280, 900]) {
    await page.setViewportSize({ width, height: 800 })
    await page.goto(running.url)
    await expect(page.getByText('<img src=x', { exact: false }).first()).toBeAttached()
    for (const hash of everyScreen(migrationId)) {
      await goToScreen(page, hash)
      expect.soft(await overflowing(page), `${hash} at ${width} px`).toEqual([])
    }
  }
  expect(await page.locator('img[src="x"]').count()).toBe(0)
  expect(await page.title()).not.toBe('run')
})

test('selecting a VM moves no row, what needs attention is whole, and no word of a decision is broken', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(running.url)
  await goToScreen(page, '#/fleet')
  const table = page.getByRole('treegrid', { name: 'Fleet' })
  const before = await table.boundingBox()
  await table.focus()
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', ' ']) await page.keyboard.press(key)
  await expect(page.getByText('1 selected')).toBeVisible()
  expect(await table.boundingBox()).toEqual(before)
  await page.setViewportSize({ width: 1920, height: 1080 })
  const attention = page.getByRole('complementary', { name: 'Needs attention' })
  await expect(attention.getByRole('button', { name: 'Acknowledge risk' }).first()).toBeVisible()
  expect(await attention.evaluate(panel => panel.scrollWidth - panel.clientWidth)).toBe(0)
  await page.setViewportSize({ width: 900, height: 700 })
  await goToScreen(page, '#/decisions/decision-1')
  const heights = await page
    .getByRole('columnheader')
    .evaluateAll(heads => heads.map(head => head.getBoundingClientRect().height))
  expect(Math.max(...heights)).toBeLessThan(32)
})

test('comma on the charts of a VM tells its last mark', async ({ page }) => {
  await page.goto(running.url)
  await goToScreen(page, '#/vm/vm-1')
  const charts = page.getByRole('region', { name: /^Dirty rate and other features of/ })
  await charts.focus()
  await page.keyboard.press('Comma')
  await expect(charts.getByRole('status').filter({ hasText: /trigger|migration/ })).toBeVisible()
  const last = await charts
    .getByRole('status')
    .filter({ hasText: /trigger|migration/ })
    .textContent()
  await page.keyboard.press('Comma')
  await expect(charts.getByRole('status').filter({ hasText: /trigger|migration/ })).not.toHaveText(last ?? '')
})
