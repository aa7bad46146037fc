import { expect, test } from 'playwright/test'
import { type ServedConsole, serveConsole } from '../support/served-console.ts'

let running: ServedConsole

test.beforeAll(async () => {
  running = await serveConsole()
})

test.afterAll(async () => {
  await running.stop()
})

test('retention is set, left and reset by keyboard, and a backup is taken', async ({ page }) => {
  await page.goto(`${running.url}#/settings`)
  const seconds = page.getByRole('textbox', { name: 'One-second samples' })
  const kept = page.getByRole('form', { name: 'How long history is kept' })
  await expect(seconds).toHaveValue('24')
  await seconds.fill('0')
  await page.keyboard.press('Enter')
  await expect(kept).toContainText('A whole number of hours from 1 to 720.')
  await expect(seconds).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(seconds).toHaveValue('24')

  await seconds.fill('12')
  await page.keyboard.press('Enter')
  await expect(kept).toContainText('default 24; set by hand')
  await page.reload()
  await expect(seconds).toHaveValue('12')
  await page.getByRole('button', { name: 'Reset One-second samples to 24 hours' }).press('Enter')
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(kept).toContainText('default 24; not changed')

  await page.getByRole('button', { name: 'Back up now' }).press('Enter')
  const backup = page.getByRole('form', { name: 'Back up the history' })
  await expect(backup).toContainText(/Done: Back up the history to .*backups.longshore-\d{8}-\d{6}\.db\./)
})
