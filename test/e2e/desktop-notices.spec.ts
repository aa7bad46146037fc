import { expect, type Page, test } from 'playwright/test'
import { aMigration } from '../fakes/fake-migration.ts'
import { serveFakeConsole } from '../support/fake-console.ts'

let running: Awaited<ReturnType<typeof serveFakeConsole>>

test.beforeEach(async () => {
  running = await serveFakeConsole({ vms: 12 })
})

test.afterEach(() => running.close())

interface Told {
  readonly title: string
  readonly body: string
  readonly tag: string
}

/** Notes what the page tells the desktop in place of showing it; the permission stays the browser's own. */
const noteMessages = (page: Page) =>
  page.addInitScript(() => {
    const { requestPermission } = Notification
    class NotedNotification {
      static requestPermission = requestPermission.bind(Notification)
      static readonly #system = Notification
      static get permission() {
        return NotedNotification.#system.permission
      }
      onclick: (() => void) | null = null
      constructor(title: string, { body, tag }: { body: string; tag: string }) {
        const told = (Reflect.get(window, 'told') ?? []) as unknown[]
        Reflect.set(window, 'told', [...told, { title, body, tag }])
        Reflect.set(window, 'clickLast', () => this.onclick?.())
      }
    }
    Reflect.set(window, 'Notification', NotedNotification)
    document.hasFocus = () => Reflect.get(window, 'isLookedAt') !== false
  })

const told = (page: Page): Promise<readonly Told[]> =>
  page.evaluate(() => (Reflect.get(window, 'told') ?? []) as Told[])

const look = (page: Page, isLookedAt: boolean) =>
  page.evaluate(value => Reflect.set(window, 'isLookedAt', value), isLookedAt)

const askForMessages = async (page: Page) => {
  await page.goto(running.url)
  await page.getByRole('treegrid', { name: 'Fleet' }).waitFor()
  await page.getByRole('button', { name: 'No notices' }).click()
  await page.getByRole('switch', { name: 'Tell me on the desktop too' }).click({ force: true })
}

const fail = (...vmNames: readonly string[]) => {
  const failure = { reason: 'The link was cut.', vmRunsAt: 'source' as const }
  const failed = vmNames.map(vmName =>
    aMigration({ id: `of ${vmName}`, vmName, phase: 'failed', endedAtMs: running.app.nowMs, failure }),
  )
  running.app.migrations = [...running.app.migrations, ...failed]
  running.app.changed()
}

test('what needs a person is told on the desktop once, together, and only while nobody looks', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['notifications'])
  await noteMessages(page)
  await askForMessages(page)
  await expect(page.getByRole('switch', { name: 'Tell me on the desktop too' })).toBeChecked()

  fail('db-01')
  await expect(page.getByRole('button', { name: '1 notice' })).toBeVisible()
  expect(await told(page)).toEqual([])

  await look(page, false)
  fail('db-02')
  await expect
    .poll(() => told(page))
    .toEqual([
      {
        title: 'Migration of db-02 failed',
        body: 'The link was cut. The VM runs at the source.',
        tag: 'longshore',
      },
    ])
  fail('db-03', 'db-04')
  await expect.poll(async () => (await told(page)).length).toBe(2)
  expect((await told(page))[1]).toMatchObject({
    title: '2 things need you',
    body: expect.stringMatching(/^Migration of db-0[34] failed\nMigration of db-0[34] failed$/),
  })

  const isFronted = page.evaluate(
    () =>
      new Promise(fronted => {
        window.focus = () => fronted(true)
        Reflect.get(window, 'clickLast')()
      }),
  )
  expect(await isFronted).toBe(true)
})

test('where the system refuses messages the switch stays off and says what to do', async ({ page }) => {
  await askForMessages(page)
  await expect(page.getByText('The system refuses; allow messages of this window there first.')).toBeVisible()
  await expect(page.getByRole('switch', { name: 'Tell me on the desktop too' })).not.toBeChecked()
})
