import { Command } from 'commander'
import { awaitVm, discardVm } from '../adapters/qemu-lab/host.ts'

const folderOf = (command: Command): string => command.optsWithGlobals<{ readonly folder: string }>().folder

const incoming = new Command('incoming')
  .description('Start the machine that a VM is to arrive in, and print where as one JSON line.')
  .argument('<name>', 'the name of the VM')
  .argument('<bytes>', 'its memory')
  .action(async (name: string, bytes: string, _: object, command: Command) => {
    // Asked to end it goes on to its end all the same, a second later: a QEMU that has just begun can be found by nobody.
    process.on('SIGTERM', () => undefined)
    process.stdout.write(`${JSON.stringify(await awaitVm(folderOf(command), name, bytes))}\n`)
  })

const discard = new Command('discard')
  .description('End the process of a VM that never arrived here, or has moved away.')
  .argument('<name>', 'the name of the VM')
  .action((name: string, _: object, command: Command) => discardVm(folderOf(command), name))

/** `longshore qemu-host`: the host command of the hosts in the lab of real VMs. */
export const qemuHostCommand = new Command('qemu-host')
  .description('Start and end the QEMU processes of a host in the lab of real VMs.')
  .requiredOption('--folder <path>', 'the folder of the host')
  .addCommand(incoming)
  .addCommand(discard)
