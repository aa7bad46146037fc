import { Command, InvalidArgumentError } from 'commander'
import { Failure } from '../../shared/failure.ts'
import { startLab } from '../adapters/lab/start-lab.ts'

const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
}

/** `longshore lab`: the virtual XenServer pool alone, until it is interrupted. */
export const labCommand = new Command('lab')
  .description('run the virtual XenServer pool alone and print where it is as one JSON line')
  .option('--port <number>', 'port to listen on, 0 for any', wholeNumber(0, 65_535), 0)
  .option('--seed <number>', 'seed of everything random in it', wholeNumber(0, 2_147_483), 1)
  .action(async (options: { readonly port: number; readonly seed: number }) => {
    try {
      await runLab(options)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      process.stderr.write(`${error.message} ${error.remedy}\n`)
      process.exitCode = 1
    }
  })

const runLab = async (options: { readonly port: number; readonly seed: number }): Promise<void> => {
  const lab = await startLab(options)
  const interrupted = new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  process.stdout.write(`${JSON.stringify(lab.info)}\n`)
  await interrupted
  await lab.close()
}
