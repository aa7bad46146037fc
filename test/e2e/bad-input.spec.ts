import { expect, type Page, test } from 'playwright/test'
import type { HeatItem } from '../../src/shared/contract/vm.ts'
import type { PageHeat } from '../../src/shared/model/heat.ts'
import type { Migration } from '../../src/shared/model/migration.ts'
import { aMigration } from '../fakes/fake-migration.ts'
import { Topic } from '../fakes/topic.ts'
import { serveFakeConsole } from '../support/fake-console.ts'
import { goToScreen } from '../support/go-to-screen.ts'

let running: Awaited<ReturnType<typeof serveFakeConsole>>
const heatTold = new Topic()
let heat: HeatItem

const heatOf = (regions: number, atMs: number): HeatItem => ({
  kind: 'heat',
  heat: {
    vmId: 'vm-1',
    atMs,
    regionPages: 512,
    totalPages: regions * 512,
    classes: new Uint8Array(regions).fill(1),
    frequency: new Float32Array(regions).fill(0.5),
    centroids: [{ label: 'warm', frequency: 0.5, locality: 0.4, recency: 0.9, size: regions }],
    inertia: 1,
    iterations: 3,
  } satisfies PageHeat,
})

const tellHeat = (item: HeatItem) => {
  heat = item
  heatTold.changed()
}

test.beforeEach(async () => {
  running = await serveFakeConsole({ vms: 12 })
  heat = heatOf(4096, 1_000)
  running.app.overrides = { 'vm.heat': (_, signal) => heatTold.follow(() => heat, signal) }
})

test.afterEach(() => running.close())

const open = async (page: Page, hash: string) => {
  await page.goto(running.url)
  await page.getByRole('treegrid', { name: 'Fleet' }).waitFor()
  await goToScreen(page, hash)
}

const tell = (...migrations: readonly Migration[]) => {
  running.app.migrations = migrations
  running.app.changed()
}

test('heat whose regions change, run out or cannot be read is shown as what it is', async ({ page }) => {
  await open(page, '#/vm/vm-1')
  const panel = page.getByRole('region', { name: 'Page heat' })
  await expect(panel).toContainText('4,096 regions of 2.00 MiB')
  await panel.getByRole('button', { name: 'Closer' }).click()
  tellHeat(heatOf(96, 3_000))
  await expect(panel).toContainText('96 regions of 2.00 MiB')
  await expect(panel).toContainText('192 MiB')
  tellHeat(heatOf(7, 2_000))
  tellHeat({ kind: 'unavailable', because: 'The VM is not running.' })
  await expect(panel.getByRole('status')).toContainText(/No page heat since .*: The VM is not running./)
  await expect(panel.getByRole('status')).toContainText('Shown is the last reading.')
  await expect(panel).toContainText('96 regions')
  tellHeat(heatOf(0, 5_000))
  await expect(panel).toContainText('The host reported a memory without any regions.')
  tellHeat(heatOf(4096, 7_000))
  await expect(panel).toContainText('4,096 regions of 2.00 MiB')
})

test('a VM that vanishes under its screen is said to be gone, and shown again when it is back', async ({
  page,
}) => {
  await open(page, '#/vm/vm-1')
  await expect(page.getByRole('region', { name: 'Page heat' })).toContainText('4,096 regions')
  const { vms } = running.app.fleet
  running.app.fleet.vms = vms.filter(({ id }) => id !== 'vm-1')
  running.app.fleetChanged()
  await expect(page.getByRole('heading', { name: 'db-01 is gone' })).toBeVisible()
  running.app.fleet.vms = vms
  running.app.fleetChanged()
  await expect(page.getByRole('region', { name: 'Page heat' })).toContainText('4,096 regions')
})

const round = (startedAtMs: number) => ({
  index: 1,
  live: true,
  startedAtMs,
  ms: 6_900,
  sentPages: 2_097_152,
  dirtiedPages: 800_000,
  bandwidthBytesPerSecond: 1.2e9,
})

test('a migration whose events stop stands still, and goes on from what it is when it is heard again', async ({
  page,
}) => {
  const startedAtMs = running.app.nowMs - 9_000
  // The fake moves on what it thinks is under way: `switching` it leaves alone.
  const silent = aMigration({
    phase: 'switching',
    startedAtMs,
    rounds: [round(startedAtMs)],
    recovering: { sinceMs: startedAtMs + 6_900 },
  })
  tell(silent)
  await open(page, '#/migration/migration-1')
  await expect(page.getByText(/^Nothing is heard of it since \d\d:\d\d:\d\d\./)).toBeVisible()
  await expect(page.getByRole('timer', { name: 'Elapsed' })).toHaveText('00:06.9')
  await goToScreen(page, '#/migration/migration-1')
  await expect(page.getByRole('timer', { name: 'Elapsed' })).toHaveText('00:06.9')
  tell({ ...silent, recovering: null })
  await expect(page.getByText(/^Nothing is heard/)).toHaveCount(0)
  await expect(page.getByRole('timer', { name: 'Elapsed' })).not.toHaveText('00:06.9')
})

test('what is told twice or out of order is shown once and in order', async ({ page }) => {
  const startedAtMs = running.app.nowMs - 20_000
  const first = round(startedAtMs)
  const second = { ...first, index: 2, startedAtMs: startedAtMs + 6_900, ms: 2_000, sentPages: 800_000 }
  const done = aMigration({
    phase: 'completed',
    startedAtMs,
    endedAtMs: startedAtMs + 9_500,
    // The end of the pause is told as before its beginning: a clock was set back.
    pausedAtMs: startedAtMs + 9_000,
    resumedAtMs: startedAtMs + 8_400,
    downtimeMs: 40,
    rounds: [first, second],
  })
  tell(done)
  await open(page, '#/migration/migration-1')
  for (let times = 0; times < 3; times++) tell(done)
  await expect(page.getByRole('row', { name: /^[12] / })).toHaveCount(2)
  await expect(
    page.getByText(/that clock was set back meanwhile. Times are shown as they were told./),
  ).toBeVisible()
  await goToScreen(page, '#/migrations')
  await expect(page.getByRole('link', { name: 'db-01' })).toHaveCount(1)
})

test('a link that dies is told at the phase in which it died, with where the VM runs and what to do', async ({
  page,
}) => {
  const startedAtMs = running.app.nowMs - 20_000
  const ending = {
    kind: 'post-copy' as const,
    atMs: startedAtMs + 7_000,
    afterRound: 1,
    reasons: ['It would not end.'],
  }
  const paused = { rounds: [round(startedAtMs)], ending, pausedAtMs: startedAtMs + 7_000 }
  const resumed = { ...paused, resumedAtMs: startedAtMs + 7_040, downtimeMs: 40 }
  const tail = (remainingPages: number) => ({
    pushedPages: 10,
    demandFaults: 2,
    remainingPages,
    stallMs: 1,
    marks: [],
  })
  const left = {
    reserve: {},
    'disk copy': { diskCopy: { copiedBytes: 1, totalBytes: 9, atMs: 1 } },
    'pre-copy 1': { rounds: [round(startedAtMs)] },
    switch: { rounds: [round(startedAtMs)], ending },
    pause: paused,
    'post-copy': { ...resumed, postCopy: tail(7) },
    completing: { ...resumed, postCopy: tail(0) },
  } as const satisfies Record<string, Partial<Migration>>
  const steps = Object.entries(left)
  tell(
    ...steps.map(([step, known]) =>
      aMigration({
        id: step,
        phase: 'failed',
        startedAtMs,
        endedAtMs: startedAtMs + 9_000,
        cancellable: false,
        failure: { reason: 'The link was cut.', vmRunsAt: 'unknown' },
        ...known,
      }),
    ),
  )
  await open(page, '#/migrations')
  for (const [step] of steps) {
    await page.evaluate(id => {
      location.hash = `#/migration/${encodeURIComponent(id)}`
    }, step)
    const phases = page.getByRole('list', { name: 'Phases' })
    await expect(phases.getByTitle('broke off here')).toHaveText([`✕${step}`, '✕failed'])
    await expect(page.getByRole('alert')).toContainText('The link was cut.')
    await expect(page.getByRole('alert')).toContainText('Do not start it a second time')
    await expect(page.getByRole('application')).toHaveAccessibleName(new RegExp(`failed in ${step}`, 'i'))
  }
})
