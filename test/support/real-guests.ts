import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import {
  type Heartbeat,
  type HeartbeatLog,
  hearBeat,
  readHeartbeats,
  silentHeartbeat,
} from '../../src/main/adapters/qemu/heartbeat.ts'
import { describeHost, startVm } from '../../src/main/adapters/qemu-lab/host.ts'
import { type LabParts, prepareLab } from '../../src/main/adapters/qemu-lab/prepare-lab.ts'
import { makeLabFolder, removeLab } from '../../src/main/adapters/qemu-lab/sweep.ts'
import { type VmFiles, vmFiles } from '../../src/main/adapters/qemu-lab/vm-files.ts'
import { appRoot } from '../../src/main/cli/app-root.ts'
import { cacheFolder } from '../../src/main/cli/data-folder.ts'
import { errorText } from '../../src/shared/failure.ts'

const PREPARE_MS = 120_000
const BOOT_MS = 120_000
export const GUEST_BYTES = 2 ** 28

/** What real guests are started with, or why there can be none on this machine. */
export type RealParts =
  | { readonly can: true; readonly parts: LabParts }
  | { readonly can: false; readonly because: string }

/** Finds or installs QEMU by the lab's own step. `LONGSHORE_NO_QEMU` says that this has been tried, and why it failed. */
export const realParts = async (): Promise<RealParts> => {
  const because = process.env.LONGSHORE_NO_QEMU
  if (because !== undefined) return { can: false, because }
  try {
    const parts = await prepareLab({
      cacheDir: cacheFolder(),
      resourcesDir: path.join(appRoot, 'resources'),
      tell: () => {},
      signal: AbortSignal.timeout(PREPARE_MS),
    })
    return { can: true, parts }
  } catch (error) {
    return { can: false, because: errorText(error) }
  }
}

/** Two hosts in folders, and whatever is started on them; gone when it is closed. */
export interface RealHosts {
  readonly folder: string
  readonly source: string
  readonly destination: string
  /** Starts a guest on the source; `workload` is said to it as docs/qemu-lab.md tells. */
  start(name: string, workload: string): Promise<VmFiles>
  /** Starts the machine on the destination that a guest can move into. */
  expect(name: string): Promise<VmFiles>
  close(): Promise<void>
}

export const realHosts = (parts: LabParts): RealHosts => {
  const folder = makeLabFolder()
  const makeHost = (name: string): string => {
    const host = path.join(folder, name)
    mkdirSync(host)
    describeHost(host, parts)
    return host
  }
  const source = makeHost('source')
  const destination = makeHost('destination')
  return {
    folder,
    source,
    destination,
    start: (name, workload) =>
      startVm(source, { name, memoryBytes: GUEST_BYTES, boot: { from: 'workload', workload } }),
    expect: name => startVm(destination, { name, memoryBytes: GUEST_BYTES, boot: { from: 'migration' } }),
    close: () => removeLab(folder),
  }
}

/** The files of a guest on either host, whether it is there or not. */
export const filesOn = (host: string, name: string): VmFiles => vmFiles(host, name)

/** Processes and files that a closed lab has left behind. */
export const leftOf = (folder: string): readonly string[] => [
  ...execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.startsWith('qemu') && line.includes(folder)),
  ...globSync(`${folder}*`),
  ...globSync(`/dev/shm/${path.basename(folder)}*`),
]

/** Hears a guest through its serial ports: that of the source, and that of the destination once it is there. */
export interface GuestListener {
  /** Since the guest was first heard, or since `mark`. */
  readonly log: HeartbeatLog
  /** Begins the log anew; the last beat stays, so that a silence since then counts. */
  mark(): void
  listen(serialSocket: string): Promise<void>
  /** Resolves with the next heartbeat for which `is` is true. */
  beat(is?: (beat: Heartbeat) => boolean): Promise<Heartbeat>
  /** Has the guest check every page it has; the number that is not what it should be. */
  verify(): Promise<number>
  say(line: string): void
  close(): void
}

export const listenToGuest = (): GuestListener => {
  let log = silentHeartbeat
  let rest = ''
  const sockets: net.Socket[] = []
  const hearers = new Set<(piece: string, beats: readonly Heartbeat[]) => void>()
  const hear = (piece: string) => {
    const read = readHeartbeats(rest, piece)
    rest = read.rest
    const nowMs = performance.now()
    for (const beat of read.beats) log = hearBeat(log, beat, nowMs)
    for (const each of hearers) each(piece, read.beats)
  }
  const heard = <T>(
    what: string,
    find: (text: string, beats: readonly Heartbeat[]) => T | undefined,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      let text = ''
      const done = () => {
        clearTimeout(timer)
        hearers.delete(look)
      }
      const timer = setTimeout(() => {
        done()
        reject(new Error(`the guest did not send ${what} within ${BOOT_MS / 1000} s`))
      }, BOOT_MS)
      const look = (piece: string, beats: readonly Heartbeat[]) => {
        text += piece
        const found = find(text, beats)
        if (found === undefined) return
        done()
        resolve(found)
      }
      hearers.add(look)
    })
  const say = (line: string) => {
    for (const socket of sockets) if (socket.writable) socket.write(`${line}\n`)
  }
  return {
    get log() {
      return log
    },
    mark: () => {
      log = { ...silentHeartbeat, last: log.last }
    },
    listen: serialSocket =>
      new Promise((resolve, reject) => {
        const socket = net.connect(serialSocket).setEncoding('latin1').on('data', hear)
        socket.once('connect', resolve).once('error', reject)
        sockets.push(socket)
      }),
    beat: (is = () => true) => heard('a heartbeat', (_, beats) => beats.find(is)),
    verify: async () => {
      const answered = heard('an answer to verify', text => /verified \d+ (\d+)\r?\n/.exec(text)?.[1])
      say('verify')
      return Number(await answered)
    },
    say,
    close: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}
