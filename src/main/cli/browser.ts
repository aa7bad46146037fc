import { execFileSync, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { isLinuxRoot } from './display.ts'

const chromiumNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
]

const macBrowsers = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]

const windowsBrowsers = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe']

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const candidates = (): readonly string[] => {
  const { env, platform } = process
  if (platform === 'darwin') return macBrowsers
  if (platform === 'win32')
    return [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA]
      .filter(folder => folder !== undefined)
      .flatMap(folder => windowsBrowsers.map(browser => path.join(folder, browser)))
  const folders = (env.PATH ?? '').split(path.delimiter).filter(folder => folder !== '')
  return chromiumNames.flatMap(name => folders.map(folder => path.join(folder, name)))
}

/** The path of an installed Chromium, Chrome or Edge, if there is one. */
export const findChromium = (): string | undefined => candidates().find(isExecutable)

/** What a browser says its version is, in its own words. */
export const chromiumVersion = (browser: string): string | undefined => {
  try {
    return execFileSync(browser, ['--version'], {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}

/** Opens a page in a window of its own, which outlives this process. */
export const openAppWindow = (browser: string, url: string): void => {
  const sandbox = isLinuxRoot() ? ['--no-sandbox'] : []
  const child = spawn(browser, [...sandbox, '--no-first-run', `--app=${url}`], {
    detached: true,
    stdio: 'ignore',
  })
  child.once('error', () =>
    process.stderr.write(`longshore: ${browser} could not be started; open the address by hand.\n`),
  )
  child.unref()
}
