#!/usr/bin/env node
import path from 'node:path'
import { root } from './places.mjs'
import { endWithParent, needNode, setUp } from './set-up.mjs'
import { printSetUpError } from './set-up-error.mjs'

/** @type {Readonly<Record<string, { script: string, args?: string[], built: boolean }>>} */
const tasks = {
  start: { script: 'out/main/cli.js', args: ['start'], built: true },
  train: { script: 'out/main/cli.js', args: ['train'], built: true },
  longshore: { script: 'out/main/cli.js', built: true },
  test: { script: 'scripts/test.ts', built: true },
  bench: { script: 'scripts/bench.ts', built: true },
  screenshots: { script: 'scripts/screenshots.ts', built: true },
  check: { script: 'scripts/check.ts', built: false },
}

const [name = '', ...args] = process.argv.slice(2)
const task = Object.entries(tasks).find(([key]) => key === name)?.[1]
if (task === undefined) {
  process.stderr.write(`longshore: there is no task '${name}'.\n  Tasks: ${Object.keys(tasks).join(', ')}.\n`)
  process.exit(2)
}
endWithParent()
try {
  await needNode()
  await setUp({ verbose: args.includes('--verbose'), built: task.built })
} catch (error) {
  printSetUpError(error)
  process.exit(1)
}
const script = path.join(root, task.script)
process.argv = [process.execPath, script, ...(task.args ?? []), ...args.filter(arg => arg !== '--verbose')]
await import(new URL(`../${task.script}`, import.meta.url).href)
