import { readFile } from 'node:fs/promises'
import axe from 'axe-core'
import { expect, type Page, test } from 'playwright/test'
import { aMigration } from '../fakes/fake-migration.ts'
import { serveFakeConsole } from '../support/fake-console.ts'
import { goToScreen } from '../support/go-to-screen.ts'

let running: Awaited<ReturnType<typeof serveFakeConsole>>

test.beforeAll(async () => {
  running = await serveFakeConsole({ vms: 24 })
  running.app.migrations = [
    aMigration({ id: 'done', phase: 'completed', endedAtMs: 9800, cancellable: false }),
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

/** What axe finds serious or critical, one line each. */
const seriousFindings = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (Reflect.get(window, 'axe') as typeof axe).run(document, {
      resultTypes: ['violations'],
    })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 160)}`))
  })
}

const table = (page: Page) => page.getByRole('region', { name: 'Policies compared' }).getByRole('table')
const policies = (page: Page) => table(page).getByRole('rowheader').allTextContents()

test('a migration that has ended is compared with every policy, sorted, and kept as a file', async ({
  page,
}) => {
  await open(page, '#/migration/done')
  await page.getByRole('button', { name: 'Simulate all' }).click()
  await expect(page.getByText('simulated again: total 9.60 s against 9.80 s measured (-2 %)')).toBeVisible()
  expect((await policies(page)).slice(0, 2)).toEqual([
    'hybrid (S1)measured',
    'least cost (longshore)simulated',
  ])
  await table(page).getByRole('button', { name: 'Pause' }).click()
  await expect(table(page).getByRole('columnheader', { name: 'Pause' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  )
  await table(page).getByRole('button', { name: 'Pause' }).click()
  await expect(table(page).getByRole('columnheader', { name: 'Pause' })).toHaveAttribute(
    'aria-sort',
    'descending',
  )
  expect((await policies(page))[0]).toBe('hybrid (S1)measured')
  await expect(table(page).getByText('host-1 cannot slow a guest down.')).toBeVisible()
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Export comparison' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Comparison as CSV' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^db-01-.*\.policies\.csv$/)
  expect((await readFile(await download.path())).toString()).toContain('\r\ns1,measured,1,9800,,,38,,,')
})

test('a VM is simulated under every policy before it is moved', async ({ page }) => {
  await open(page, '#/vm/vm-1')
  await page.getByRole('button', { name: 'Simulate all...' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('simulated, advised')).toBeVisible()
  await expect(dialog.getByRole('img', { name: /^Total by policy: least cost/ })).toBeVisible()
  expect(await seriousFindings(page)).toEqual([])
})
