import { globSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Bench, benchHelp, selectBenches } from './bench-selection.ts'
import { root } from './places.mjs'
import { printSetUpError, SetUpError } from './set-up-error.mjs'

const folder = path.join(root, 'test', 'bench')

const isBench = (value: unknown): value is Bench =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  'about' in value &&
  'run' in value &&
  typeof value.run === 'function'

const loadBench = async (file: string): Promise<Bench> => {
  const loaded: unknown = await import(pathToFileURL(path.join(folder, file)).href)
  const bench = typeof loaded === 'object' && loaded !== null && 'bench' in loaded ? loaded.bench : undefined
  if (!isBench(bench)) throw new Error(`test/bench/${file} exports no bench { name, about, run }.`)
  return bench
}

const machine = (): string => {
  const cpus = os.cpus()
  const memoryGib = (os.totalmem() / 2 ** 30).toFixed(0)
  return `${cpus.length} x ${cpus[0]?.model.trim() ?? 'unknown CPU'}, ${memoryGib} GiB, ${os.type()} ${os.release()}`
}

const benches: Bench[] = []
for (const file of globSync('*.bench.ts', { cwd: folder }).sort()) benches.push(await loadBench(file))

const select = () => {
  try {
    return selectBenches(process.argv.slice(2), benches)
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    printSetUpError(error)
    return null
  }
}

const selection = select()
if (selection === null) process.exitCode = 2
else if (selection.kind === 'help') console.log(benchHelp(benches))
else {
  console.log(`${machine()}\nNode ${process.versions.node}, V8 ${process.versions.v8}`)
  for (const bench of selection.benches) {
    console.log(`\n${bench.name}`)
    await bench.run(selection.words)
  }
  if (selection.isUsual)
    console.log(`\nOthers (npm run bench -- NAME): ${benches.map(({ name }) => name).join(', ')}`)
}
