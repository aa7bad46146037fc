import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { QemuHostsFile } from '../qemu/hosts-file.ts'
import { describeHost, startVm } from './host.ts'
import { type PrepareOptions, prepareLab } from './prepare-lab.ts'
import { makeLabFolder, removeLab, sweepLabs } from './sweep.ts'

export interface LabGuest {
  readonly name: string
  /** What it does, as the guest is told: docs/qemu-lab.md. */
  readonly workload: string
}

/** A guest that hardly writes, one that writes here and there, and one that writes everywhere every other 20 s. */
const labGuests: readonly LabGuest[] = [
  { name: 'idle', workload: 'idle' },
  { name: 'moderate', workload: 'hot 128 3000' },
  { name: 'heavy', workload: 'uniform 128 20000 20 20' },
]

const MEMORY_BYTES = 2 ** 28
/** So that a move of a guest can be watched: 3 s for its 256 MiB. */
const LINK_BYTES_PER_SECOND = 2 ** 26
const hostNames = ['lab-a', 'lab-b'] as const

export interface QemuLabOptions extends PrepareOptions {
  /** How the host command is called; the host's folder, the verb and its arguments are added. */
  readonly hostCommand: readonly string[]
}

export interface RunningQemuLab {
  readonly hostsFile: string
  readonly guests: readonly LabGuest[]
  /** Ends every VM and removes every file of the lab. */
  close(): Promise<void>
}

/** Makes the two hosts of a lab in a folder; the path of their hosts file. */
const makeHosts = (
  folder: string,
  makeHost: (folder: string) => void,
  hostCommand: readonly string[],
): string => {
  const hosts = hostNames.map(name => {
    const sockets = path.join(folder, name)
    mkdirSync(sockets)
    makeHost(sockets)
    return { name, sockets, qmp: [], command: [...hostCommand, sockets], address: '127.0.0.1' }
  })
  const file = path.join(folder, 'hosts.json')
  writeFileSync(
    file,
    JSON.stringify({ hosts, linkBytesPerSecond: LINK_BYTES_PER_SECOND } satisfies QemuHostsFile),
  )
  return file
}

/** Starts two hosts and three guests on the first of them; everything is gone when it rejects or is closed. */
export const startQemuLab = async ({ hostCommand, ...options }: QemuLabOptions): Promise<RunningQemuLab> => {
  const { signal, tell } = options
  await sweepLabs()
  const parts = await prepareLab(options)
  const folder = makeLabFolder()
  const close = () => removeLab(folder)
  try {
    const hostsFile = makeHosts(folder, host => describeHost(host, parts), hostCommand)
    tell(`Starting ${labGuests.length} guests`, 0.8)
    for (const { name, workload } of labGuests) {
      signal.throwIfAborted()
      const boot = { from: 'workload', workload } as const
      await startVm(path.join(folder, hostNames[0]), { name, memoryBytes: MEMORY_BYTES, boot })
    }
    return { hostsFile, guests: labGuests, close }
  } catch (error) {
    await close()
    throw error
  }
}
