import { existsSync } from 'node:fs'
import { run } from './child.mjs'
import { root } from './places.mjs'
import { step } from './progress.mjs'

const aptGetFile = '/usr/bin/apt-get'

/** Installs a Debian package where that can be done without asking; returns what to do by hand where it cannot. */
export const installDebianPackage = async (name: string): Promise<string | undefined> => {
  const byHand = `sudo apt-get install -y ${name}`
  if (process.platform !== 'linux' || !existsSync(aptGetFile)) return `install ${name}`
  if (process.getuid?.() !== 0) return byHand
  const code = await step(`installing ${name} (apt-get)`, async () => {
    const first = await aptGet('install', '-y', '--no-install-recommends', name)
    if (first === 0) return 0
    await aptGet('update')
    return aptGet('install', '-y', '--no-install-recommends', name)
  })
  return code === 0 ? undefined : byHand
}

const aptGet = async (...args: readonly string[]): Promise<number> => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return (await run(aptGetFile, args, { cwd: root, env, quiet: true })).code
}
