import path from 'node:path'

/** Where a VM of the lab has its sockets and notes: all beside each other in the folder of its host. */
export interface VmFiles {
  /** For whoever moves the VM; QEMU speaks to one at a time. */
  readonly qmp: string
  /** For the host command. */
  readonly control: string
  /** The guest's serial port. */
  readonly serial: string
  readonly notes: string
  readonly pid: string
  /** What QEMU had to complain of. */
  readonly log: string
  /** Where a VM that arrives is listened for. */
  readonly incoming: string
  /** The guest's memory, where the machine has room for it in a shared file. */
  readonly memory: string
}

const SHARED_MEMORY = '/dev/shm'

export const vmFiles = (hostFolder: string, name: string): VmFiles => {
  const file = (ending: string) => path.join(hostFolder, `${name}.${ending}`)
  return {
    qmp: file('qmp'),
    control: file('control'),
    serial: file('serial'),
    notes: file('json'),
    pid: file('pid'),
    log: file('log'),
    incoming: file('incoming'),
    memory: path.join(
      SHARED_MEMORY,
      `${memoryPrefix(path.dirname(hostFolder))}${path.basename(hostFolder)}-${name}`,
    ),
  }
}

/** How the memory files of a lab begin, so that they are found without the lab's folder. */
export const memoryPrefix = (labFolder: string): string => `${path.basename(labFolder)}-`

/** Every memory file of a lab, as a pattern. */
export const memoryFilesOf = (labFolder: string): string =>
  path.join(SHARED_MEMORY, `${memoryPrefix(labFolder)}*`)

export const sharedMemoryFolder = SHARED_MEMORY
