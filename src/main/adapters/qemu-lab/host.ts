import { existsSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import { type IncomingAnswer, type QemuVmNotes, qemuVmName } from '../qemu/hosts-file.ts'
import { QmpClient } from '../qemu/qmp-client.ts'
import { printable } from '../system/printable.ts'
import { type Machine, qemuArguments } from './machine.ts'
import { killQemu, qemuOf } from './own-process.ts'
import type { LabParts } from './prepare-lab.ts'
import { runProgram } from './run-program.ts'
import { sharedMemoryFolder, type VmFiles, vmFiles } from './vm-files.ts'

const START_MS = 20_000
/** Shared memory that is left to everybody else. */
const SPARE_BYTES = 2 ** 28
const MOST_MEMORY_BYTES = 2 ** 36

const labParts = z.object({ qemu: z.string(), kernel: z.string(), initrd: z.string() })
const partsFile = (hostFolder: string): string => path.join(hostFolder, 'host.parts')

/** Makes a folder a host of the lab: the host command finds there what its VMs are made of. */
export const describeHost = (hostFolder: string, parts: LabParts): void =>
  writeFileSync(partsFile(hostFolder), JSON.stringify(parts))

const partsOf = (hostFolder: string): LabParts => {
  try {
    return labParts.parse(JSON.parse(readFileSync(partsFile(hostFolder), 'utf8')))
  } catch (error) {
    throw new Failure(
      {
        code: 'storage',
        message: `${hostFolder} is no host of the lab: its host.parts cannot be read.`,
        remedy: 'Name the folder of a host of the lab that runs.',
      },
      error,
    )
  }
}

const nameOf = (name: string): string => {
  if (qemuVmName.safeParse(name).success) return name
  throw new Failure({
    code: 'invalid-input',
    message: `A VM cannot be called "${printable(name).slice(0, 80)}".`,
    remedy:
      'A name has up to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit.',
  })
}

const hasSharedRoom = (bytes: number): boolean => {
  if (!existsSync(sharedMemoryFolder)) return false
  const { bavail, bsize } = statfsSync(sharedMemoryFolder)
  return bavail * bsize > bytes + SPARE_BYTES
}

export interface VmOrder {
  readonly name: string
  readonly memoryBytes: number
  readonly boot: Machine['boot']
}

/** Starts a VM on the host whose folder is given; resolves when its sockets are there. */
export const startVm = async (hostFolder: string, { name, memoryBytes, boot }: VmOrder): Promise<VmFiles> => {
  const files = vmFiles(hostFolder, nameOf(name))
  if (qemuOf(files.pid) !== null)
    throw new Failure({
      code: 'conflict',
      message: `There is a VM called ${name} on this host already.`,
      remedy: 'Discard it first, or take another name.',
    })
  removeFiles(files)
  const parts = partsOf(hostFolder)
  const memory = hasSharedRoom(memoryBytes) ? 'shared' : 'private'
  const notes: QemuVmNotes = {
    heartbeat: files.serial,
    ...(memory === 'shared' && { memoryFile: files.memory }),
  }
  writeFileSync(files.notes, JSON.stringify(notes))
  try {
    const machine = { name, memoryBytes, files, memory, boot } as const
    await runProgram(parts.qemu, qemuArguments(machine, parts), { timeoutMs: START_MS })
  } catch (error) {
    await endVm(files)
    throw error
  }
  return files
}

const removeFiles = (files: VmFiles): void => {
  for (const file of Object.values(files)) rmSync(file, { force: true })
}

const endVm = async (files: VmFiles): Promise<void> => {
  await killQemu(files.pid)
  removeFiles(files)
}

const memorySize = z.coerce
  .number()
  .int()
  .min(2 ** 20)
  .max(MOST_MEMORY_BYTES)
  .multipleOf(2 ** 20)

/** Starts the machine that a VM of this name and size is to arrive in. */
export const awaitVm = async (
  hostFolder: string,
  name: string,
  memoryBytes: string,
): Promise<IncomingAnswer> => {
  const size = memorySize.safeParse(memoryBytes)
  if (!size.success)
    throw new Failure({
      code: 'invalid-input',
      message: `A VM cannot have ${printable(memoryBytes).slice(0, 80)} bytes of memory.`,
      remedy: `Give whole MiB, in bytes: ${2 ** 20} to ${MOST_MEMORY_BYTES}.`,
    })
  const files = await startVm(hostFolder, { name, memoryBytes: size.data, boot: { from: 'migration' } })
  return { qmp: files.qmp, uri: `unix:${files.incoming}` }
}

/** States in which a QEMU holds no VM that anybody could miss: none has arrived, or it has gone elsewhere. */
const emptyStates = ['inmigrate', 'postmigrate']

/** Ends a VM's process where it holds no VM: a destination it never came to, or a source it has left. */
export const discardVm = async (hostFolder: string, name: string): Promise<void> => {
  const files = vmFiles(hostFolder, nameOf(name))
  if (qemuOf(files.pid) !== null) {
    const status = await statusOf(files.control)
    if (!emptyStates.includes(status))
      throw new Failure({
        code: 'refused',
        message: `${name} is ${status} here, so its process is kept.`,
        remedy: 'Shut the VM down by its guest if it is not wanted.',
      })
  }
  await endVm(files)
}

const statusOf = async (control: string): Promise<string> => {
  const qmp = new QmpClient(control)
  try {
    const { status } = await qmp.ask({ command: 'query-status', answer: z.object({ status: z.string() }) })
    return status
  } finally {
    await qmp.close()
  }
}
