import { Command, InvalidArgumentError } from 'commander'
import { startLab } from '../adapters/lab/start-lab.ts'
import { portNumber } from './option-values.ts'

/** Seeds of the VMs are a thousand times this, and must stay whole numbers of 32 bits. */
const LARGEST_SEED = 2_000_000

const seedNumber = (text: string): number => {
  const seed = Number(text)
  if (!/^\d+$/.test(text) || seed > LARGEST_SEED)
    throw new InvalidArgumentError(`A seed is a whole number from 0 to ${LARGEST_SEED}.`)
  return seed
}

/** `longshore lab`: the virtual XenServer pool alone, until it is interrupted. */
export const labCommand = new Command('lab')
  .description('Run the virtual XenServer pool alone and print where it is as one JSON line.')
  .option('--port <number>', 'port to listen on, 0 for any', portNumber, 0)
  .option('--seed <number>', 'seed of everything random in it', seedNumber, 1)
  .action(async (options: { readonly port: number; readonly seed: number }) => {
    const interrupted = new Promise<void>(resolve => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    })
    const lab = await startLab(options)
    process.stdout.write(`${JSON.stringify(lab.info)}\n`)
    await interrupted
    await lab.close()
  })
