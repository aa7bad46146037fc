import axe from 'axe-core'
import { expect, type Page, test } from 'playwright/test'
import { serveFakeConsole } from '../support/fake-console.ts'
import { everyScreen, goToScreen } from '../support/go-to-screen.ts'

let running: Awaited<ReturnType<typeof serveFakeConsole>>

test.beforeAll(async () => {
  running = await serveFakeConsole({ vms: 40, hostsPerPool: 3 })
})

test.afterAll(async () => {
  await running.close()
})

/** Starts a migration behind the window's back, as a trigger would. */
const migrationOf = async (vmId: string): Promise<string> => {
  const start = running.app.handlers()['migration.start']
  const { migrationId } = await start({ vmId, policy: 's1' }, new AbortController().signal)
  return migrationId
}

/** What axe finds that is more than minor, one line each, so that a failure reads by itself. */
const findings = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (Reflect.get(window, 'axe') as typeof axe).run(document, {
      resultTypes: ['violations'],
      // The title bar of a modal dialog is a `header`: while it is open nothing else is there to be confused with it.
      rules: { 'landmark-no-duplicate-banner': { enabled: false }, 'landmark-unique': { enabled: false } },
    })
    return violations
      .filter(({ impact }) => impact !== 'minor')
      .flatMap(({ id, nodes }) =>
        nodes.slice(0, 3).map(node => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
      )
  })
}

for (const colorScheme of ['dark', 'light'] as const) {
  test(`no screen holds anything for axe, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.goto(running.url)
    await expect(page.getByText('db-01', { exact: true }).first()).toBeVisible()
    const migrationId = await migrationOf(colorScheme === 'dark' ? 'vm-2' : 'vm-3')
    for (const hash of everyScreen(migrationId)) {
      await goToScreen(page, hash)
      expect.soft(await findings(page), hash).toEqual([])
    }
  })

  test(`no dialog holds anything for axe, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.goto(running.url)
    await goToScreen(page, '#/vm/vm-1')
    for (const keys of ['Control+k', '?', 'Control+.', 'm', 's']) {
      await page.keyboard.press(keys)
      await expect(page.getByRole('dialog')).toBeVisible()
      expect.soft(await findings(page), keys).toEqual([])
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
    }
    for (const name of [/operation/, /notice/]) {
      await page.getByRole('button', { name }).click()
      expect.soft(await findings(page), String(name)).toEqual([])
      await page.keyboard.press('Escape')
    }
  })
}

test('a VM is found, migrated and its migration cancelled with the keyboard alone', async ({ page }) => {
  await page.goto(running.url)
  await expect(page.getByRole('treegrid', { name: 'Fleet' })).toBeVisible()
  await page.keyboard.press('1')
  await page.keyboard.press('/')
  await page.keyboard.type('web-02')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('treegrid', { name: 'Fleet' })).toBeFocused()
  for (let row = 0; row < 3; row++) await page.keyboard.press('ArrowDown')
  await page.keyboard.press(' ')
  await expect(page.getByText('1 selected')).toBeVisible()
  await page.keyboard.press('m')
  const dialog = page.getByRole('dialog', { name: /Migrate web-02/ })
  await expect(dialog.getByLabel('Destination')).toBeFocused()
  await dialog.getByRole('button', { name: 'Migrate' }).focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#\/migration\//)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('cancel migration')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/Cancel asked for/).first()).toBeVisible()
})

test('a key that can do nothing now says why, and the sheet of keys is made of the actions', async ({
  page,
}) => {
  await page.goto(running.url)
  await goToScreen(page, '#/vm/vm-17')
  await page.keyboard.press('m')
  await expect(page.getByText('only a running VM can be migrated live').first()).toBeVisible()
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet).toContainText('Schedule...')
  await expect(sheet).toContainText('Fleet')
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
})

test('what Escape closes gives the focus back to what opened it', async ({ page }) => {
  await page.goto(running.url)
  await goToScreen(page, '#/vm/vm-1')
  const openers = {
    '#/vm/vm-1': [
      'Migrate...',
      'Schedule...',
      'Simulate all...',
      /^STOP$/,
      /^Automation/,
      /notice/,
      /operation/,
    ],
    '#/settings': ['Add a connection', 'Edit lab A', 'Remove lab A'],
  }
  const opened = (['dialog', 'alertdialog', 'menu', 'form'] as const)
    .map(role => page.getByRole(role))
    .reduce((any, one) => any.or(one))
  for (const [hash, names] of Object.entries(openers)) {
    await goToScreen(page, hash)
    for (const name of names) {
      const opener = page.getByRole('button', { name })
      await opener.focus()
      await page.keyboard.press('Enter')
      await expect(opened.first()).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(opener).toBeFocused()
    }
  }
  await goToScreen(page, '#/fleet')
  const table = page.getByRole('treegrid', { name: 'Fleet' })
  await table.focus()
  for (const key of ['Control+k', '?']) {
    await page.keyboard.press(key)
    await expect(page.getByRole('dialog')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(table).toBeFocused()
  }
})
