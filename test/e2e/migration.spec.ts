import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from 'playwright/test'
import { aMigration } from '../fakes/fake-migration.ts'
import { serveFakeConsole } from '../support/fake-console.ts'
import { goToScreen } from '../support/go-to-screen.ts'

let running: Awaited<ReturnType<typeof serveFakeConsole>>
const startedAtMs = Date.now() - 60_000

const aRound = (index: number, startMs: number, dirtyRatio: number) => ({
  index,
  live: true,
  startedAtMs: startedAtMs + startMs,
  ms: 4000,
  sentPages: 1_220_703,
  dirtiedPages: Math.round(1_220_703 * dirtyRatio),
  bandwidthBytesPerSecond: 1.25e9,
})
const switched = aMigration({
  id: 'switched',
  vmName: 'db-07 & <b>',
  phase: 'completed',
  startedAtMs,
  endedAtMs: startedAtMs + 12_000,
  rounds: [aRound(1, 0, 0.5), aRound(2, 4000, 0.82)],
  ending: {
    kind: 'post-copy',
    atMs: startedAtMs + 8000,
    afterRound: 2,
    reasons: ['Round 2 dirtied memory at 0.82 of the bandwidth, at or above theta 0.70: it would not end.'],
  },
  pausedAtMs: startedAtMs + 8000,
  resumedAtMs: startedAtMs + 8036,
  downtimeMs: 36,
  bytesSent: 1e10,
})

test.beforeAll(async () => {
  running = await serveFakeConsole({ vms: 24 })
  running.app.migrations = [
    switched,
    aMigration({ id: 'other', vmName: 'web-01', phase: 'cancelled', endedAtMs: 1 }),
  ]
})

test.afterAll(async () => {
  await running.close()
})

const open = async (page: Page, hash: string) => {
  await page.goto(running.url)
  await page.getByRole('treegrid', { name: 'Fleet' }).waitFor()
  await goToScreen(page, hash)
}

test('the timeline is read and looked at closely with the keyboard alone', async ({ page }) => {
  await open(page, '#/migration/switched')
  const timeline = page.getByRole('application', { name: /Timeline of the migration of db-07/ })
  await expect(timeline).toHaveAccessibleName(/Why it switched to post-copy after round 2: Round 2 dirtied/)
  await timeline.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  const readout = page.locator('output')
  await expect(readout).toContainText('Round 2; sent 4.66 GiB in 4.00 s')
  await expect(readout).toContainText('after it: switch to post-copy; Round 2 dirtied memory at 0.82')
  await page.keyboard.press('Enter')
  await expect(page.getByText('3.00 s to 9.00 s')).toBeVisible()
  await page.keyboard.press('0')
  await expect(page.getByRole('button', { name: 'Show all' })).toHaveCount(0)
})

test('the timeline tells what is pointed at, and is zoomed and moved by pointer and wheel', async ({
  page,
}) => {
  await open(page, '#/migration/switched')
  const box = await page.getByRole('application').boundingBox()
  if (!box) throw new Error('the timeline is not on the page')
  const at = (share: number) => [box.x + 132 + share * (box.width - 146), box.y + 80] as const
  await page.mouse.move(...at(0.1))
  await expect(page.getByText('dirtied meanwhile 2.33 GiB', { exact: false })).toBeVisible()
  await page.mouse.down()
  await page.mouse.move(...at(0.3))
  await page.mouse.move(...at(0.6))
  await page.mouse.up()
  const range = page.getByText(/^[\d.]+ s to [\d.]+ s/)
  await expect(range).toHaveText(/^1\.2\d s to 7\.4\d s/)
  await page.keyboard.down('Shift')
  await page.mouse.wheel(0, 120)
  await page.keyboard.up('Shift')
  await expect(range).toHaveText(/^1\.8\d s to 8\.1\d s/)
  await page.mouse.wheel(0, -120)
  await expect(range).not.toHaveText(/^1\.8/)
  await page.mouse.dblclick(...at(0.5))
  await expect(page.getByRole('button', { name: 'Show all' })).toHaveCount(0)
})

test('the timeline is kept as PNG and SVG, its rounds as CSV', async ({ page }) => {
  await open(page, '#/migration/switched')
  const save = async (item: string) => {
    await page.getByRole('button', { name: 'Export' }).press('Enter')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: item }).press('Enter'),
    ])
    expect(download.suggestedFilename()).toMatch(/^db-07-b-\d{4}-\d\d-\d\d-\d{6}\.(png|svg|csv)$/)
    return readFile(await download.path())
  }
  const png = await save('Timeline as PNG')
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  // Twice the width of the picture, big-endian in the header.
  expect(png.readUInt32BE(16)).toBe(2640)
  expect((await save('Timeline as SVG')).toString()).toContain('db-07 &amp; &lt;b&gt;')
  expect((await save('Rounds as CSV')).toString()).toContain('\r\n2,1,4000,4000,1220703,1000976,')
})

test('the list is filtered and sorted, and opened with arrows and Enter', async ({ page }) => {
  await open(page, '#/migrations')
  await page.keyboard.press('/')
  await page.keyboard.type('completed')
  await expect(page.getByText('1 of 2')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'VM', exact: true }).press('Enter')
  await expect(page.getByRole('columnheader', { name: 'VM' })).toHaveAttribute('aria-sort', 'ascending')
  await page.keyboard.press('End')
  await expect(page.getByRole('link', { name: 'web-01' })).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#\/migration\/switched/)
})
