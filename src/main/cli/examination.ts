import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { chromiumVersion, findChromium } from './browser.ts'
import { dataFolder } from './data-folder.ts'
import { hasDisplay } from './display.ts'
import { findElectron } from './electron-binary.ts'

/** One thing looked at: what was found and what follows from it for the operator. */
export interface Finding {
  readonly name: string
  readonly state: 'good' | 'limited' | 'bad'
  readonly found: string
  readonly follows: string
}

const probeTimeoutMs = 20_000

/** Everything that decides how Longshore runs on this machine. */
export const examine = async (): Promise<readonly Finding[]> => {
  const [tensor, database] = [await tensorBackend(), await sqlite()]
  return [
    node(),
    electron(),
    display(),
    keyStore(),
    chromium(),
    tensor,
    database,
    dataFolderFinding(),
    ...(database.state === 'good' ? [await history()] : []),
  ]
}

/** Loaded only where SQLite does: a native package that does not fit ends the process. */
const history = async (): Promise<Finding> => {
  const { examineStore } = await import('./examine-store.ts')
  return examineStore(dataFolder())
}

const node = (): Finding => ({
  name: 'Node',
  state: 'good',
  found: `${process.versions.node} (${process.execPath})`,
  follows: 'New enough to run everything.',
})

const electron = (): Finding => {
  const binary = findElectron()
  if (binary.found)
    return {
      name: 'Electron',
      state: 'good',
      found: binary.file,
      follows: 'Longshore opens as a desktop app where there is a display.',
    }
  return {
    name: 'Electron',
    state: 'limited',
    found: `no binary: ${binary.why}`,
    follows: 'The same console is served to a browser; npm start -- --retry tries the download again.',
  }
}

const display = (): Finding =>
  hasDisplay()
    ? { name: 'Display', state: 'good', found: 'present', follows: 'A window can be opened.' }
    : {
        name: 'Display',
        state: 'limited',
        found: 'none (DISPLAY and WAYLAND_DISPLAY are unset)',
        follows: 'The console is served on a loopback port; reach it through ssh -L.',
      }

const systemKeyStores: Readonly<Record<string, string>> = {
  darwin: 'the Keychain',
  win32: 'the Data Protection API',
}

/** Only Electron can ask the key store itself: here is what it will find. */
const keyStore = (): Finding => {
  const name = 'Key store'
  const otherwise = 'Passwords go into a file under a pass-phrase, or are asked for at each start.'
  if (!findElectron().found || !hasDisplay())
    return { name, state: 'limited', found: 'none for a console in a browser', follows: otherwise }
  const known = systemKeyStores[process.platform]
  if (known !== undefined)
    return { name, state: 'good', found: known, follows: 'The desktop app can keep passwords in it.' }
  if ((process.env.DBUS_SESSION_BUS_ADDRESS ?? '') === '')
    return { name, state: 'limited', found: 'none (DBUS_SESSION_BUS_ADDRESS is unset)', follows: otherwise }
  return {
    name,
    state: 'good',
    found: 'a session bus, where GNOME Keyring or KWallet may answer',
    follows: 'Settings offers the key store if one answers; else a file under a pass-phrase.',
  }
}

const chromium = (): Finding => {
  const browser = findChromium()
  const version = browser === undefined ? undefined : chromiumVersion(browser)
  if (browser !== undefined && version !== undefined)
    return {
      name: 'Chromium',
      state: 'good',
      found: `${version} (${browser})`,
      follows: 'It can show the console in a window of its own, and the end-to-end tests run.',
    }
  return {
    name: 'Chromium',
    state: 'limited',
    found: browser === undefined ? 'no Chromium, Chrome or Edge found' : `${browser} does not start`,
    follows: 'Any other browser shows the console; the tests need it: sudo apt-get install -y chromium',
  }
}

/** Evaluates an expression in another Node, because a native package that does not fit ends the process. */
const probe = async (expression: string): Promise<string | undefined> => {
  try {
    const args = ['--input-type=commonjs', '-e', `process.stdout.write(String(${expression}))`]
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: import.meta.dirname,
      timeout: probeTimeoutMs,
    })
    return stdout
  } catch {
    return undefined
  }
}

const isInstalled = (name: string): boolean => {
  try {
    return existsSync(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch {
    return false
  }
}

const tensorBackend = async (): Promise<Finding> => {
  const native = isInstalled('@tensorflow/tfjs-node')
    ? await probe(
        `(require('node:util').isNullOrUndefined ??= v => v == null, require('@tensorflow/tfjs-node').version['tfjs-core'])`,
      )
    : undefined
  if (native !== undefined)
    return {
      name: 'Tensor backend',
      state: 'good',
      found: `tfjs-node ${native}`,
      follows: 'Training runs on native code.',
    }
  const wasm = await probe(`require('@tensorflow/tfjs-backend-wasm').version_wasm`)
  if (wasm === undefined)
    return {
      name: 'Tensor backend',
      state: 'bad',
      found: 'neither tfjs-node nor tfjs-backend-wasm loads',
      follows: 'Nothing can be forecast; delete node_modules and run the command again.',
    }
  return {
    name: 'Tensor backend',
    state: 'good',
    found: `tfjs-backend-wasm ${wasm}; tfjs-node is ${isInstalled('@tensorflow/tfjs-node') ? 'installed but does not load' : 'not installed'}`,
    follows: 'Forecasts are the same; training is slower than on native code.',
  }
}

const sqlite = async (): Promise<Finding> => {
  const version = await probe(
    `new (require('better-sqlite3'))(':memory:').prepare('select sqlite_version()').pluck().get()`,
  )
  if (version !== undefined)
    return {
      name: 'SQLite',
      state: 'good',
      found: `${version} (better-sqlite3)`,
      follows: 'Sessions are recorded.',
    }
  return {
    name: 'SQLite',
    state: 'bad',
    found: 'better-sqlite3 does not load',
    follows: 'Nothing can be recorded; delete node_modules and run the command again.',
  }
}

/** A folder that is not there yet is made on first use, in the nearest one above it that is. */
const nearestExisting = (folder: string): string =>
  existsSync(folder) || path.dirname(folder) === folder ? folder : nearestExisting(path.dirname(folder))

const dataFolderFinding = (): Finding => {
  const folder = dataFolder()
  try {
    accessSync(nearestExisting(folder), constants.W_OK)
    return {
      name: 'Data folder',
      state: 'good',
      found: folder,
      follows: 'Writable; LONGSHORE_DATA names another.',
    }
  } catch {
    return {
      name: 'Data folder',
      state: 'bad',
      found: `${folder} cannot be written`,
      follows: 'Make it writable, or name another folder in LONGSHORE_DATA.',
    }
  }
}
