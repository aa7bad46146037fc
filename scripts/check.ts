import { run } from './child.mjs'
import { root } from './places.mjs'
import { step } from './progress.mjs'

const checks = [
  {
    name: 'format and lint',
    args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-b'] },
  { name: 'dead code', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'unit tests', args: ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', 'test/unit/'] },
]

for (const { name, args } of checks)
  try {
    await step(name, async () => {
      const { code, output } = await run(process.execPath, args, { cwd: root, quiet: true })
      if (code !== 0) throw new Error(output)
    })
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message.trimEnd() : String(error)}\n`)
    process.exitCode = 1
  }
