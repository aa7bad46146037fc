import path from 'node:path'
import { appRoot } from './app-root.ts'

/** How this very Longshore is called as a command, from its sources or built, by Node or by Electron's. */
export const longshoreCommand = (): readonly string[] => {
  const entry = import.meta.url.endsWith('.ts')
    ? ['src', 'main', 'cli', 'main.ts']
    : ['out', 'main', 'cli.js']
  const node = process.versions.electron === undefined ? [] : ['env', 'ELECTRON_RUN_AS_NODE=1']
  return [...node, process.execPath, path.join(appRoot, ...entry)]
}

/** The host command of the lab of real VMs, to which the folder of the host is added. */
export const qemuHostCommand = (): readonly string[] => [...longshoreCommand(), 'qemu-host', '--folder']
