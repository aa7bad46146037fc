import { expect, test } from 'playwright/test'
import { type ServedConsole, serveConsole } from '../support/served-console.ts'

let running: ServedConsole

test.beforeAll(async () => {
  running = await serveConsole()
})
test.afterAll(() => running.stop())

test('the VM screen zooms by keys, tells a working set and advises', async ({ page }) => {
  await page.goto(running.url)
  await page.getByText('web-02').first().dblclick()
  const charts = page.getByRole('region', { name: /^Dirty rate and other features of web-02/ })
  await charts.focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('+')
  await expect(page.getByRole('button', { name: 'Back to live' })).toBeVisible()
  await page.keyboard.press('0')
  await expect(page.getByRole('button', { name: 'Back to live' })).toBeHidden()
  await page.keyboard.press('d')
  await expect(page.getByRole('radio', { name: '1 d' })).toBeChecked()
  await expect(page.getByText('highest in 30 s')).toBeVisible()

  const workingSet = page.getByRole('region', { name: 'Working set' })
  await expect(workingSet.getByText(/^A 10 s copy would dirty/)).toBeVisible()
  await expect(workingSet.getByRole('row', { name: /^100 ms .*measured/ })).toBeVisible()

  const advice = page.getByRole('complementary', { name: 'Advice' })
  await expect(advice.getByRole('row', { name: /^total/ })).toBeVisible()
  await advice.getByRole('button', { name: 'Schedule...' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Schedule' }).click()
  await expect(advice.getByText('Scheduled for')).toBeVisible()
  await advice.getByRole('button', { name: 'Take back' }).click()
  await expect(advice.getByText('Scheduled for')).toBeHidden()
})

test('an address with a time opens the VM around that moment, and a VM that is not there says so', async ({
  page,
}) => {
  await page.goto(running.url)
  await page.getByText('web-02').first().dblclick()
  await page.waitForURL(/#\/vm\//)
  const vm = new URL(page.url()).hash
  await page.evaluate(
    hash => {
      location.hash = hash
    },
    `${vm}/${Date.now() - 3_600_000}`,
  )
  await expect(page.getByRole('button', { name: 'Back to live' })).toBeVisible()
  await page.evaluate(() => {
    location.hash = '#/vm/nobody'
  })
  await expect(page.getByText('No such VM')).toBeVisible()
})
