import { globSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './places.mjs'

/** What each file in test/bench exports as `bench`; it prints its own table. */
interface Bench {
  readonly name: string
  run(): Promise<void>
}

const folder = path.join(root, 'test', 'bench')

const isBench = (value: unknown): value is Bench =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  'run' in value &&
  typeof value.run === 'function'

const loadBench = async (file: string): Promise<Bench> => {
  const loaded: unknown = await import(pathToFileURL(path.join(folder, file)).href)
  const bench = typeof loaded === 'object' && loaded !== null && 'bench' in loaded ? loaded.bench : undefined
  if (!isBench(bench)) throw new Error(`test/bench/${file} exports no bench { name, run }.`)
  return bench
}

const machine = (): string => {
  const cpus = os.cpus()
  const memoryGib = (os.totalmem() / 2 ** 30).toFixed(0)
  return `${cpus.length} x ${cpus[0]?.model.trim() ?? 'unknown CPU'}, ${memoryGib} GiB, ${os.type()} ${os.release()}`
}

/** What is run when no benchmark is named: the speed that people feel. */
const usual = ['console', 'tick']

/** Names come first; what begins with a dash, and after it, is for the benchmark itself. */
const given = process.argv.slice(2)
const options = given.findIndex(word => word.startsWith('-'))
const named = options < 0 ? given : given.slice(0, options)
const benches = new Map<string, Bench>()
for (const file of globSync('*.bench.ts', { cwd: folder }).sort()) {
  const bench = await loadBench(file)
  benches.set(bench.name, bench)
}
const wanted = named.length === 0 ? usual : named
const unknown = wanted.filter(name => name !== 'all' && !benches.has(name))
if (unknown.length > 0) {
  for (const name of unknown) process.stderr.write(`longshore: there is no benchmark '${name}'.\n`)
  process.stderr.write(`  There are: ${[...benches.keys()].join(', ')}, and all.\n`)
  process.exitCode = 2
} else {
  console.log(`${machine()}\nNode ${process.versions.node}, V8 ${process.versions.v8}`)
  const chosen = wanted.includes('all')
    ? [...benches.values()]
    : [...benches].filter(([name]) => wanted.includes(name)).map(([, bench]) => bench)
  for (const bench of chosen) {
    console.log(`\n${bench.name}`)
    await bench.run()
  }
  if (named.length === 0) console.log(`\nOthers (npm run bench -- NAME): ${[...benches.keys()].join(', ')}`)
}
