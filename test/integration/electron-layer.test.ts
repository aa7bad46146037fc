import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const driver = path.join(root, 'test', 'support', 'electron-layer.ts')

// biome-ignore lint/suspicious/noExplicitAny: what the other process saw, looked at only by matchers
type Report = any

/** Drives the built application in a process of its own; rejects unless that ends by itself. */
const drive = (env: Readonly<Record<string, string>>): Promise<Report> =>
  new Promise((resolve, reject) => {
    const child = fork(driver, ['--no-lab'], { env: { ...process.env, ...env }, silent: true })
    let report: Report
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', text => {
        output += text
      })
    const timer = setTimeout(() => child.kill('SIGKILL'), 50_000)
    child.once('message', message => {
      report = message
    })
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      if (code === 0 && report !== undefined) resolve({ ...report, output })
      else
        reject(
          new Error(`it ended with ${code ?? signal}, ${report ? 'after' : 'before'} its report\n${output}`),
        )
    })
  })

describe('the built main and preload on a stand-in for Electron', () => {
  let dataDir: string
  let report: Report

  beforeAll(async () => {
    for (const file of ['main/index.js', 'preload/index.cjs', 'renderer/index.html'])
      if (!existsSync(path.join(root, 'out', file)))
        throw new Error(`out/${file} is not built; \`npm test\` builds it`)
    dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-electron-'))
    const left = { bounds: { x: 100, y: 120, width: 1300, height: 700 }, maximized: true }
    await writeFile(path.join(dataDir, 'window.json'), JSON.stringify(left))
    report = await drive({ LONGSHORE_DATA: dataDir })
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  test('the window is isolated, sandboxed and without Node', () => {
    expect(report.seen.windowOptions.webPreferences).toEqual({
      preload: path.join(root, 'out', 'preload', 'index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    })
  })

  test('the window opens as it was left, is shown when it is ready, and is kept when it closes', () => {
    expect(report.seen.windowOptions).toMatchObject({
      x: 100,
      y: 120,
      width: 1300,
      height: 700,
      minWidth: 960,
      minHeight: 600,
      show: false,
      backgroundColor: '#1a1c1f',
    })
    expect(report.seen.calls.slice(0, 4)).toEqual(['scheme', 'ready', 'maximize', 'show'])
    expect(report.windowState).toEqual({
      bounds: { x: 40, y: 50, width: 1200, height: 800 },
      maximized: true,
    })
  })

  test('the page comes by a scheme of its own under a strict policy, and nothing else does', () => {
    expect(report.seen.schemes).toMatchObject([
      { scheme: 'app', privileges: { standard: true, secure: true } },
    ])
    expect(report.page).toMatchObject({
      status: 200,
      policy: expect.stringContaining("default-src 'none'; script-src 'self';"),
      html: expect.stringContaining('<title>Longshore</title>'),
    })
    expect(report.statuses).toEqual({ outside: 404, above: 404 })
  })

  test('the preload gives the page no more than the way to a port', () => {
    expect(report.bridge).toEqual(['kind', 'askForPort'])
  })

  test('the page gets a port and over it the present state', () => {
    expect(report.item).toMatchObject({ connections: [], stoppedSinceMs: null })
  })

  test('a reload gets a port of its own and the old one is closed', () => {
    expect(report.itemAfterReload).toEqual(report.item)
  })

  test('a frame that is not our page gets no port', () => {
    expect(report.foreignFrame).toBe(false)
  })

  test('the page cannot be led away, open windows, embed pages or get permissions', () => {
    expect(report.leaving.outside).toEqual({
      window: true,
      navigation: true,
      redirect: true,
      webview: true,
      permission: true,
    })
    expect(report.leaving.inside).toMatchObject({ navigation: false, redirect: false })
  })

  test('our page alone may show messages on the desktop', () => {
    expect(report.mayNotify).toEqual([true, false])
  })

  test('a second start brings the window to the front', () => {
    expect(report.seen.frontings).toBe(1)
  })

  test('the menu has reload, developer tools, zoom and quit', () => {
    for (const role of ['reload', 'toggleDevTools', 'zoomIn', 'zoomOut', 'resetZoom', 'quit'])
      expect(report.seen.menuRoles).toContain(role)
  })

  test('closing the window closes the application once, then exits, and leaves nothing running', async () => {
    expect(report.seen.calls.slice(4)).toEqual(['quit', 'quit', 'exit'])
    expect(report.seen.exitCode).toBe(0)
    expect(await readFile(path.join(dataDir, 'longshore.log'), 'utf8')).toContain('Longshore starts')
  })

  test('the browser keeps its own files below ours', () => {
    expect(report.seen.userData).toBe(path.join(dataDir, 'electron'))
  })
})

test('a second Longshore of the same user ends at once and touches nothing', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-electron-'))
  const { seen } = await drive({ LONGSHORE_DATA: dataDir, STAND_IN_LOCK: 'taken' })
  expect(seen.calls).toEqual(expect.arrayContaining(['quit', 'exit']))
  expect(seen.windowOptions).toEqual({})
  expect(existsSync(path.join(dataDir, 'longshore.log'))).toBe(false)
  await rm(dataDir, { recursive: true })
})
