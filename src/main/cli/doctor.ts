import { Command } from 'commander'
import { examine } from './examination.ts'

const marks = { good: '✓', limited: '·', bad: '✗' } as const

const doctor = async ({ json }: { readonly json: boolean }): Promise<void> => {
  const findings = await examine()
  if (json) process.stdout.write(`${JSON.stringify(findings, undefined, 2)}\n`)
  else
    for (const { name, state, found, follows } of findings)
      process.stdout.write(`${marks[state]} ${name.padEnd(15)} ${found}\n${' '.repeat(18)}${follows}\n`)
  if (findings.some(finding => finding.state === 'bad')) process.exitCode = 1
}

export const doctorCommand = new Command('doctor')
  .description('Say what this machine has for Longshore and what follows from it.')
  .option('--json', 'print the findings as JSON', false)
  .action(doctor)
