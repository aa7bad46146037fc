import path from 'node:path'
import { connectionSettings, realLabIds } from '../../shared/model/connection.ts'
import { poolOrigin } from '../../shared/model/pool-address.ts'
import { type LabGuest, startQemuLab } from '../adapters/qemu-lab/start-qemu-lab.ts'
import { appRoot } from './app-root.ts'
import { cacheFolder, dataFolder } from './data-folder.ts'
import { untilAborted } from './interruption.ts'
import { qemuHostCommand } from './longshore-command.ts'

const connectionTo = (hostsFile: string) =>
  connectionSettings.parse({
    id: realLabIds.given,
    name: 'lab of real VMs',
    url: poolOrigin(hostsFile),
    user: 'root',
    password: '',
    level: 'advise',
    isLab: true,
  })

/** For a person, beside the line of JSON for a program. */
const tellRunning = (guests: readonly LabGuest[], url: string): void => {
  const names = guests.map(({ name, workload }) => `  ${name}: ${workload}`).join('\n')
  process.stderr.write(
    `Running on lab-a, to be moved to lab-b:\n${names}\nConsole: ${url}\nCtrl-C ends it.\n`,
  )
}

/** Runs the lab of real VMs and a console connected to it until `signal` aborts. */
export const runQemuLab = async (signal: AbortSignal): Promise<void> => {
  const { startServer } = await import('../serve.ts')
  const lab = await startQemuLab({
    cacheDir: cacheFolder(),
    resourcesDir: path.join(appRoot, 'resources'),
    hostCommand: qemuHostCommand(),
    tell: step => process.stderr.write(`${step} ...\n`),
    signal,
  })
  try {
    const { hostsFile, guests } = lab
    const pools = [connectionTo(hostsFile)]
    const server = await startServer({ port: 0, dataDir: dataFolder(), lab: false, pools })
    process.stdout.write(`${JSON.stringify({ hostsFile, guests, url: server.url })}\n`)
    tellRunning(guests, server.url)
    await untilAborted(signal)
    await server.close()
  } finally {
    await lab.close()
  }
}
