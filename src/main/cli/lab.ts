import { Command, InvalidArgumentError } from 'commander'
import { labPools, labRanges } from '../adapters/lab/lab-pools.ts'
import { startLab } from '../adapters/lab/start-lab.ts'
import { interruption, untilAborted } from './interruption.ts'
import { runQemuLab } from './qemu-lab.ts'

interface LabCommandOptions {
  readonly port: number
  readonly seed: number
  readonly speed: number
  readonly tls: boolean
  readonly qemu: boolean
  readonly hosts?: number
  readonly vms?: number
}

const wholeNumber =
  ({ least, most }: { readonly least: number; readonly most: number }) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d{1,9}$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`)
    return value
  }

/** `longshore lab`: the virtual XenServer pools or real VMs alone, until it is interrupted. */
export const labCommand = new Command('lab')
  .description(
    'Run the virtual XenServer pools alone, or real VMs, and print where they are as one JSON line.',
  )
  .option('--port <number>', 'port of pool A, pool B has the next; 0 for any', wholeNumber(labRanges.port), 0)
  .option('--hosts <number>', 'hosts of a pool A made for it, 1 to 16', wholeNumber(labRanges.hosts))
  .option('--vms <number>', 'VMs of a pool A made for it, 1 to 10000', wholeNumber(labRanges.vms))
  .option('--seed <number>', 'seed of everything random in it', wholeNumber(labRanges.seed), 1)
  .option('--speed <number>', 'seconds of lab time in a second, 1 to 60', wholeNumber(labRanges.speed), 1)
  .option('--tls', 'HTTPS with self-signed certificates', false)
  .option('--qemu', 'two hosts with three real VMs instead, which QEMU runs', false)
  .action(async ({ hosts, vms, qemu, ...options }: LabCommandOptions) => {
    const interrupted = interruption()
    if (qemu) return runQemuLab(interrupted)
    const lab = await startLab({ ...options, pools: labPools({ seed: options.seed, hosts, vms }) })
    process.stdout.write(`${JSON.stringify(lab.info)}\n`)
    await untilAborted(interrupted)
    await lab.close()
  })
