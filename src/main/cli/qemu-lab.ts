import path from 'node:path'
import { startQemuLab } from '../adapters/qemu-lab/start-qemu-lab.ts'
import { appRoot } from './app-root.ts'
import { cacheFolder } from './data-folder.ts'
import { untilAborted } from './interruption.ts'
import { qemuHostCommand } from './longshore-command.ts'

/** Runs the lab of real VMs until `signal` aborts; says on standard output where it is, on standard error how it comes to be. */
export const runQemuLab = async (signal: AbortSignal): Promise<void> => {
  const lab = await startQemuLab({
    cacheDir: cacheFolder(),
    resourcesDir: path.join(appRoot, 'resources'),
    hostCommand: qemuHostCommand(),
    tell: step => process.stderr.write(`${step} ...\n`),
    signal,
  })
  const { hostsFile, guests } = lab
  process.stdout.write(`${JSON.stringify({ hostsFile, guests })}\n`)
  await untilAborted(signal)
  await lab.close()
}
