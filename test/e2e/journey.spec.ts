import { expect, type Page, test } from 'playwright/test'
import { MIB } from '../../src/shared/units.ts'
import { type ServedConsole, serveConsole } from '../support/served-console.ts'

let running: ServedConsole
const errors: string[] = []

test.beforeAll(async () => {
  running = await serveConsole()
})

test.afterAll(async () => {
  await running.stop()
})

test.beforeEach(({ page }) => {
  errors.splice(0)
  page.on('pageerror', error => errors.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error') errors.push(message.text())
  })
})

test.afterEach(() => {
  expect(errors).toEqual([])
})

const rowOf = (page: Page, name: string) =>
  page.getByRole('treegrid', { name: 'Fleet' }).getByRole('row').filter({ hasText: name })

const migrate = async (page: Page, name: string) => {
  await rowOf(page, name).getByRole('link', { name }).click()
  await page.getByRole('button', { name: 'Migrate...' }).click()
  const dialog = page.getByRole('dialog', { name: new RegExp(`Migrate ${name}`) })
  await dialog.getByRole('button', { name: 'Migrate' }).click()
  await expect(page).toHaveURL(/#\/migration\//)
}

/** The migration on the screen goes so slowly that it is under way still when a crowded machine has drawn it. */
const slowDown = async (page: Page) => {
  const client = await running.openClient()
  const migrationId = new URL(page.url()).hash.replace('#/migration/', '')
  await client.call('migration.setBandwidth', { migrationId, bytesPerSecond: 50 * MIB })
  client.close()
}

test('an operator sees a forecast, migrates one VM to the end and cancels another', async ({ page }) => {
  await page.goto(running.url)
  await expect(rowOf(page, 'web-02').getByRole('gridcell', { name: /\d.* → [\d.]+/ })).toBeVisible()

  await migrate(page, 'web-02')
  await expect(page.getByRole('list', { name: 'Phases' }).getByText('done')).toBeVisible()
  await expect(page.getByText('Predicted against actual')).toBeVisible()
  await expect(page.getByRole('table').filter({ hasText: 'Dirtied meanwhile' })).toContainText(/\d [KMG]iB/)

  await page.getByRole('link', { name: 'Fleet' }).click()
  await migrate(page, 'db-07')
  await slowDown(page)
  await page.getByRole('button', { name: 'Cancel migration' }).click()
  await expect(page.getByText(/cancelled/i).first()).toBeVisible()

  await page.getByRole('link', { name: 'Fleet' }).click()
  await expect(rowOf(page, 'db-07')).toContainText('host-1')
  await expect(rowOf(page, 'db-07')).toContainText('running')

  await page.getByRole('link', { name: 'Decisions' }).click()
  const decisions = page.getByRole('listbox', { name: 'Decisions' })
  await expect(
    decisions.getByRole('option').filter({ hasText: 'web-02' }).filter({ hasText: 'completed' }),
  ).toBeVisible()
  await decisions.getByRole('option').filter({ hasText: 'web-02' }).filter({ hasText: 'migrate to' }).click()
  await expect(page.getByRole('article')).toContainText('least load index')
})

test('STOP is one click and one confirmation away, and stays visible until it is taken back', async ({
  page,
}) => {
  await page.goto(running.url)
  await page.getByRole('button', { name: 'STOP' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByRole('button', { name: /^Resume stopped since/ })).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: /^Resume stopped since/ }).click()
  await expect(page.getByRole('button', { name: 'STOP' })).toBeVisible()
})

test('a connection is added, corrected and removed with the keyboard alone', async ({ page }) => {
  await page.goto(running.url)
  await page.getByRole('treegrid', { name: 'Fleet' }).waitFor()
  await page.keyboard.press('6')
  await page.getByRole('button', { name: 'Add a connection' }).focus()
  await page.keyboard.press('Enter')
  const form = page.getByRole('form', { name: 'Add a connection' })
  await expect(form.getByLabel('Address of the pool master')).toBeFocused()
  await page.keyboard.type('http://xen.example')
  await page.keyboard.press('Enter')
  await expect(form).toContainText('for all to read')
  await expect(form.getByLabel('Address of the pool master')).toBeFocused()
  await page.keyboard.press('Control+A')
  // Nothing listens on the discard port.
  await page.keyboard.type('http://127.0.0.1:9')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Nowhere')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.type('a password')
  await page.keyboard.press('Enter')
  const entry = page.getByRole('listitem').filter({ hasText: 'http://127.0.0.1:9, as root' })
  await expect(entry).toContainText('nothing listens on that port')
  await entry.getByRole('button', { name: 'Edit Nowhere' }).focus()
  await page.keyboard.press('Enter')
  await expect(
    page.getByRole('form', { name: 'Edit Nowhere' }).getByLabel('Address of the pool master'),
  ).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('Elsewhere')
  await page.keyboard.press('Enter')
  await expect(entry).toContainText('Elsewhere')
  await entry.getByRole('button', { name: 'Remove Elsewhere' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(entry).toHaveCount(0)
})

test('a window without the token is told how to get in', async ({ page }) => {
  const response = await page.goto(new URL('/', running.url).href)
  expect(response?.status()).toBe(403)
  errors.splice(0)
})
