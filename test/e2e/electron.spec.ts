import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { _electron, expect, test } from 'playwright/test'
import { isLinuxRoot } from '../../src/main/cli/display.ts'
import { findElectron } from '../../src/main/cli/electron-binary.ts'

const root = path.resolve(import.meta.dirname, '../..')
const electron = findElectron()

test('the console runs in a confined Electron window and keeps its place', async () => {
  test.skip(!electron.found, electron.found ? '' : electron.why)
  if (!electron.found) return
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-electron-'))
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const app = await _electron.launch({
    executablePath: electron.file,
    args: [...(isLinuxRoot() ? ['--no-sandbox'] : []), root, '--no-lab'],
    env: { ...(env as Record<string, string>), LONGSHORE_DATA: dataDir },
  })
  try {
    const page = await app.firstWindow()
    const violations: string[] = []
    page.on('console', message => {
      if (message.text().includes('Content Security Policy')) violations.push(message.text())
    })
    await expect(page).toHaveTitle(/Longshore/)
    await expect(page.locator('#root')).toContainText('Fleet')
    expect(page.url()).toMatch(/^app:\/\/longshore\//)
    const globals = await page.evaluate(() => ({
      bridge: Object.keys(Reflect.get(window, 'longshore') ?? {}),
      require: Reflect.has(window, 'require'),
      process: Reflect.has(window, 'process'),
      opened: window.open('https://longshore.invalid/') !== null,
    }))
    expect(globals).toEqual({ bridge: ['kind', 'askForPort'], require: false, process: false, opened: false })
    await page.reload()
    await expect(page.locator('#root')).toContainText('Fleet')
    expect(violations).toEqual([])
  } finally {
    await app.close()
  }
  expect(JSON.parse(await readFile(path.join(dataDir, 'window.json'), 'utf8'))).toHaveProperty('bounds')
  await rm(dataDir, { recursive: true, force: true })
})
