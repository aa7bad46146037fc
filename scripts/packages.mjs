import fs from 'node:fs'
import path from 'node:path'
import { run } from './child.mjs'
import { fingerprintOfText, isStamped } from './fingerprint.mjs'
import { npmFile } from './npm.mjs'
import { root } from './places.mjs'
import { step } from './progress.mjs'
import { SetUpError } from './set-up-error.mjs'

const lockFile = path.join(root, 'package-lock.json')
/** Lives in node_modules so that it goes when they go. */
const stampFile = path.join(root, 'node_modules', '.longshore-stamp')

const wantedStamp = () =>
  fingerprintOfText(`${process.platform} ${process.arch}\n${fs.readFileSync(lockFile, 'utf8')}`)

/** Whether the installed packages are those of the lock file. */
export const arePackagesCurrent = () => isStamped(stampFile, wantedStamp())

/** @param {{ verbose: boolean }} options */
export const installPackages = async ({ verbose }) => {
  if (!isInstalledByHand()) await step('installing packages (npm ci)', () => npmCi(verbose))
  fs.writeFileSync(stampFile, wantedStamp())
}

/** @param {boolean} verbose */
const npmCi = async verbose => {
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const { code, output } = await run(process.execPath, [npmFile(), ...args], { cwd: root, quiet: !verbose })
  if (code !== 0)
    throw new SetUpError({
      message: `npm ci failed with code ${code}.`,
      remedy: 'Check that the npm registry can be reached; `npm ci` shows the whole story.',
      output,
    })
}

/** A developer's `npm install` leaves the right packages and no stamp: nothing to do over. */
const isInstalledByHand = () => {
  try {
    const installed = JSON.parse(
      fs.readFileSync(path.join(root, 'node_modules', '.package-lock.json'), 'utf8'),
    )
    return holdsAll(installed.packages, JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages)
  } catch {
    return false
  }
}

/**
 * Whether every package that a lock file demands is installed in exactly its version. Optional ones may be missing.
 * @param {Readonly<Record<string, { version?: string, integrity?: string }>>} installed
 * @param {Readonly<Record<string, { version?: string, integrity?: string, optional?: boolean }>>} locked
 */
export const holdsAll = (installed, locked) =>
  Object.entries(locked).every(([place, wanted]) => {
    if (place === '') return true
    const found = installed[place]
    if (found === undefined) return wanted.optional === true
    return found.version === wanted.version && found.integrity === wanted.integrity
  })
