import { readdir, readFile, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { errorText, Failure } from '../../../shared/failure.ts'
import { systemErrorCode } from '../system/system-error-code.ts'
import { type QemuHostsFile, type QemuVmNotes, qemuHostsFile, qemuVmName, qemuVmNotes } from './hosts-file.ts'

const MOST_BYTES = 1024 * 1024
/** In a folder that is named instead of a file. */
const FILE_IN_FOLDER = 'hosts.json'

const unreadable = (file: string, why: string): Failure =>
  new Failure({
    code: 'storage',
    message: `The QEMU hosts file ${file} cannot be read: ${why}.`,
    remedy: 'Check the path; docs/qemu.md says what such a file looks like.',
  })

const readJson = async (file: string): Promise<unknown> => {
  const found = await stat(file)
  // A device or a pipe has no end, or none that comes.
  if (!found.isFile()) throw new Error('it is not a file')
  if (found.size > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES} bytes`)
  return JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''))
}

/** A folder of sockets without a file is one host: this machine. */
const hostOfFolder = (folder: string): QemuHostsFile =>
  qemuHostsFile.parse({ hosts: [{ name: hostname().slice(0, 64) || 'this machine', sockets: folder }] })

/** The hosts that a file, or the `hosts.json` of a folder, names; a folder without one is a host by itself. */
export const readHosts = async (place: string): Promise<QemuHostsFile> => {
  try {
    const isFolder = (await stat(place)).isDirectory()
    if (isFolder && !(await readdir(place)).includes(FILE_IN_FOLDER)) return hostOfFolder(place)
    const read = qemuHostsFile.safeParse(await readJson(isFolder ? path.join(place, FILE_IN_FOLDER) : place))
    if (read.success) return read.data
    throw new Error(z.prettifyError(read.error).replaceAll('\n', ' '))
  } catch (error) {
    throw unreadable(place, errorText(error).replace(/\.$/, ''))
  }
}

/** What is noted of a VM, and a sentence where its file cannot be used. */
export interface ReadNotes {
  readonly notes: QemuVmNotes
  readonly fault: string | null
}

/** Where a VM is asked. */
export interface VmSocket extends ReadNotes {
  readonly hostName: string
  readonly vmName: string | null
  readonly address: string
}

export const noNotes: ReadNotes = { notes: {}, fault: null }

const notesIn = async (file: string): Promise<ReadNotes> => {
  try {
    const read = qemuVmNotes.safeParse(await readJson(file))
    if (read.success) return { notes: read.data, fault: null }
    throw new Error(z.prettifyError(read.error).replaceAll('\n', ' '))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return noNotes
    return { notes: {}, fault: `${file} is left out: ${errorText(error).replace(/\.$/, '')}.` }
  }
}

/** What is noted of the VM beside its QMP socket. */
export const readNotes = (address: string): Promise<ReadNotes> =>
  address.endsWith('.qmp') ? notesIn(address.replace(/\.qmp$/, '.json')) : Promise.resolve(noNotes)

/** The sockets of a host, and a sentence where its folder cannot be listed. */
interface HostSockets {
  readonly sockets: readonly VmSocket[]
  readonly fault: string | null
}

const unlistedBecause = (error: unknown): string => {
  switch (systemErrorCode(error)) {
    case 'ENOENT':
      return 'there is no such folder'
    case 'ENOTDIR':
      return 'it is not a folder'
    case 'EACCES':
    case 'EPERM':
      return 'this user may not read it'
    default:
      return errorText(error).replace(/\.$/, '')
  }
}

const inFolder = async (hostName: string, folder: string): Promise<readonly VmSocket[]> => {
  const files = await readdir(folder)
  const found = files.flatMap(file => {
    const vmName = qemuVmName.safeParse(file.replace(/\.qmp$/, ''))
    return file.endsWith('.qmp') && vmName.success ? [vmName.data] : []
  })
  return Promise.all(
    found.map(async vmName => {
      const address = path.join(folder, `${vmName}.qmp`)
      return { hostName, vmName, address, ...(await readNotes(address)) }
    }),
  )
}

/** The QMP sockets of a host as they are now: those of its folder, and those that are named. */
export const findSockets = async ({
  name: hostName,
  sockets: folder,
  qmp,
}: QemuHostsFile['hosts'][number]): Promise<HostSockets> => {
  const named = qmp.map(address => ({ hostName, vmName: null, address, ...noNotes }))
  if (folder === undefined) return { sockets: named, fault: null }
  try {
    return { sockets: [...named, ...(await inFolder(hostName, folder))], fault: null }
  } catch (error) {
    const fault = `The sockets of ${hostName} cannot be listed: ${folder}: ${unlistedBecause(error)}.`
    return { sockets: named, fault }
  }
}
