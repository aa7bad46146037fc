import type { LabParts } from './prepare-lab.ts'
import type { VmFiles } from './vm-files.ts'

export interface Machine {
  readonly name: string
  readonly memoryBytes: number
  readonly files: VmFiles
  /** Whether the guest's memory lies in a file that others can read, so that its heat can be seen. */
  readonly memory: 'shared' | 'private'
  readonly boot: { readonly from: 'workload'; readonly workload: string } | { readonly from: 'migration' }
}

const memoryArguments = ({ memory, memoryBytes, files }: Machine): readonly string[] => [
  '-object',
  memory === 'shared'
    ? `memory-backend-file,id=ram,size=${memoryBytes},mem-path=${files.memory},share=on`
    : `memory-backend-ram,id=ram,size=${memoryBytes}`,
]

const monitor = (id: string, socket: string): readonly string[] => [
  '-chardev',
  `socket,id=${id},path=${socket},server=on,wait=off`,
  '-mon',
  `chardev=${id},mode=control`,
]

/**
 * How QEMU is started for a guest of the lab. Source and destination differ in how the guest comes to be there and in
 * nothing else; the processor is emulated, since a nested KVM may be there and never boot.
 */
export const qemuArguments = (machine: Machine, { kernel, initrd }: LabParts): readonly string[] => {
  const { name, memoryBytes, files, boot } = machine
  const workload = boot.from === 'workload' ? ` -- ${boot.workload}` : ''
  return [
    ...['-name', name],
    ...memoryArguments(machine),
    ...['-M', 'pc,memory-backend=ram', '-m', `${memoryBytes / 2 ** 20}M`, '-accel', 'tcg,thread=multi'],
    ...[
      '-display',
      'none',
      '-nodefaults',
      '-no-reboot',
      '-daemonize',
      '-pidfile',
      files.pid,
      '-D',
      files.log,
    ],
    ...['-chardev', `socket,id=serial,path=${files.serial},server=on,wait=off`, '-serial', 'chardev:serial'],
    ...monitor('qmp', files.qmp),
    ...monitor('control', files.control),
    ...['-kernel', kernel, '-initrd', initrd, '-append', `console=ttyS0 quiet panic=-1${workload}`],
    ...(boot.from === 'migration' ? ['-incoming', 'defer'] : []),
  ]
}
