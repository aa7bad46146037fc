import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Command, CommanderError } from 'commander'
import { z } from 'zod'
import { errorText, Failure, isAbort } from '../../shared/failure.ts'
import { appRoot } from './app-root.ts'
import { backupCommand } from './backup.ts'
import { doctorCommand } from './doctor.ts'
import { exportCommand } from './export.ts'
import { heatCommand } from './heat.ts'
import { labCommand } from './lab.ts'
import { migrateCommand } from './migrate.ts'
import { predictCommand } from './predict.ts'
import { qemuHostCommand } from './qemu-host.ts'
import { serveCommand } from './serve.ts'
import { simulateCommand } from './simulate.ts'
import { startCommand } from './start.ts'
import { trainCommand } from './train.ts'
import { trainStopCommand } from './train-stop.ts'

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(path.join(appRoot, 'package.json'), 'utf8')))

const program = new Command('longshore')
  .description('Operations console for live VM migration.')
  .version(version)
  .showHelpAfterError('Add --help to see what can be said.')

for (const command of [
  startCommand,
  serveCommand,
  labCommand,
  qemuHostCommand,
  trainCommand,
  trainStopCommand,
  backupCommand,
  exportCommand,
  heatCommand,
  migrateCommand,
  simulateCommand,
  predictCommand,
  doctorCommand,
])
  program.addCommand(command.copyInheritedSettings(program))

const throwOnExit = (command: Command): void => {
  command.exitOverride()
  command.commands.forEach(throwOnExit)
}
throwOnExit(program)

/** 0 is done, 1 is failed, 2 is wrong usage. */
const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (isAbort(error)) return 130
  if (process.env.LONGSHORE_DEBUG !== undefined) console.error(error)
  else if (error instanceof Failure) process.stderr.write(`longshore: ${error.message}\n  ${error.remedy}\n`)
  else
    process.stderr.write(
      `longshore: unexpected error: ${errorText(error)}\n  LONGSHORE_DEBUG=1 shows where it happened.\n`,
    )
  return 1
}

// Whoever reads our output may stop early, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  process.stderr.write(
    `longshore: What is printed cannot be written: ${errorText(error)}.\n  Look whether the disk it goes to is full.\n`,
  )
  process.exit(1)
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}
