import { expect, type Page } from 'playwright/test'

/** Waits until the pool's clock in the status line shows another second: a tick has come and been drawn. */
const nextTick = async (page: Page): Promise<void> => {
  const clock = page.getByLabel('Where and when').locator('time').first()
  const shown = await clock.getAttribute('datetime')
  await expect(clock).not.toHaveAttribute('datetime', shown ?? '')
}

/** Opens a screen and waits for its charts and figures. The first change of the clock may be that of another pool's. */
export const goToScreen = async (page: Page, hash: string): Promise<void> => {
  await page.evaluate(to => {
    location.hash = to
  }, hash)
  await expect(page.locator('main')).not.toBeEmpty()
  await nextTick(page)
  await nextTick(page)
}

/** The hashes of all screens of a fake console; its first pool and host and the VM `vm-1` stand for all of theirs. */
export const everyScreen = (migrationId: string): readonly string[] => [
  '#/fleet',
  '#/vm/vm-1',
  '#/pool/pool-1',
  '#/host/pool-1-host-1',
  '#/migrations',
  `#/migration/${migrationId}`,
  '#/decisions',
  '#/settings',
]
