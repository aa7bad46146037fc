import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { makeFolder } from '../adapters/system/make-folder.ts'
import { appRoot } from './app-root.ts'

const downloadTimeoutMs = 20_000
const failureHoldsForMs = 24 * 3_600_000

const packageFolder = path.join(appRoot, 'node_modules', 'electron')
const failuresFile = path.join(appRoot, '.runtime', 'electron-downloads.json')

const FailedDownloads = z.record(z.string(), z.object({ failedAtMs: z.number(), reason: z.string() }))
type FailedDownloads = z.infer<typeof FailedDownloads>

/** Where the Electron binary is, or why there is none. */
export type ElectronBinary =
  | { readonly found: true; readonly file: string }
  | { readonly found: false; readonly why: string }

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const electronVersion = (): string | undefined => {
  const text = readText(path.join(packageFolder, 'package.json'))
  return text === undefined ? undefined : z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

const nameInsideDist = (): string => {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}

/** Looks for the binary on this machine only; never starts a download. */
export const findElectron = (): ElectronBinary => {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? ''
  if (override !== '') {
    const file = path.join(override, nameInsideDist())
    return existsSync(file)
      ? { found: true, file }
      : { found: false, why: `ELECTRON_OVERRIDE_DIST_PATH holds no ${file}` }
  }
  const version = electronVersion()
  if (version === undefined) return { found: false, why: 'the electron package is not installed' }
  const name = readText(path.join(packageFolder, 'path.txt'))
  const file = path.join(packageFolder, 'dist', name ?? nameInsideDist())
  if (name !== undefined && existsSync(file)) return { found: true, file }
  const failure = rememberedFailure(version)
  return { found: false, why: failure === undefined ? 'its binary has not been downloaded' : failure }
}

const readFailures = (): FailedDownloads => {
  try {
    return FailedDownloads.parse(JSON.parse(readText(failuresFile) ?? '{}'))
  } catch {
    return {}
  }
}

const rememberedFailure = (version: string): string | undefined => {
  const failure = readFailures()[version]
  if (failure === undefined || Date.now() - failure.failedAtMs > failureHoldsForMs) return undefined
  return failure.reason
}

const remember = (failures: FailedDownloads): void => {
  try {
    makeFolder(path.dirname(failuresFile))
    writeFileSync(failuresFile, JSON.stringify(failures))
  } catch {
    // A folder that cannot be written costs one more attempt next time and nothing else.
  }
}

/** Finds the binary and, unless that failed within the last day, tries to download it. */
export const obtainElectron = async ({ retry }: { readonly retry: boolean }): Promise<ElectronBinary> => {
  const present = findElectron()
  const version = electronVersion()
  if (present.found || version === undefined || (process.env.ELECTRON_OVERRIDE_DIST_PATH ?? '') !== '')
    return present
  if (!retry && rememberedFailure(version) !== undefined) return present
  process.stderr.write(`· downloading Electron ${version}, for at most ${downloadTimeoutMs / 1000} s\n`)
  const reason = await download()
  const others = Object.entries(readFailures()).filter(([other]) => other !== version)
  remember(
    Object.fromEntries(
      reason === undefined ? others : [...others, [version, { failedAtMs: Date.now(), reason }]],
    ),
  )
  return findElectron()
}

/** Runs the package's own installer; returns why it failed, if it did. */
const download = (): Promise<string | undefined> =>
  new Promise(resolve => {
    const ownGroup = process.platform !== 'win32'
    const child = spawn(process.execPath, [path.join(packageFolder, 'install.js')], {
      detached: ownGroup,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const kill = (): void => {
      if (child.pid === undefined) return
      try {
        if (ownGroup) process.kill(-child.pid, 'SIGKILL')
        else child.kill()
      } catch {
        // It ended by itself just now.
      }
    }
    let said = ''
    let timedOut = false
    child.stderr.on('data', chunk => {
      said += String(chunk)
    })
    const timer = setTimeout(() => {
      timedOut = true
      kill()
    }, downloadTimeoutMs)
    process.once('exit', kill)
    const settle = (reason: string | undefined): void => {
      clearTimeout(timer)
      process.off('exit', kill)
      resolve(reason)
    }
    child.once('error', error => settle(`its download could not be started (${error.message})`))
    child.once('close', code => {
      if (timedOut) settle(`its download took longer than ${downloadTimeoutMs / 1000} s`)
      else if (code !== 0) settle(`its download failed (${firstErrorLine(said)})`)
      else settle(undefined)
    })
  })

const firstErrorLine = (said: string): string =>
  said
    .split('\n')
    .map(line => line.trim())
    .find(line => line !== '')
    ?.replace(/^\w*Error: /, '') ?? 'no reason given'
