import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util'
import { errorText } from '../src/shared/failure.ts'
import { SetUpError } from './set-up-error.mjs'

/** An option of a benchmark. */
interface BenchOption extends ParseArgsOptionDescriptor {
  readonly about: string
  /** What a list with commas between may name. */
  readonly choices?: readonly string[]
  /** The value is a whole number from 1. */
  readonly isCount?: boolean
}
export type BenchOptions = Readonly<Record<string, BenchOption>>

/** What each file in test/bench exports as `bench`; it prints its own table. */
export interface Bench {
  readonly name: string
  readonly about: string
  readonly options?: BenchOptions
  /** `words` are the options as they were said; they are right. */
  run(words: readonly string[]): Promise<void>
}

/** What is run when no benchmark is named: the speed that people feel. */
const usual = ['console', 'tick']

const column = (text: string): string => `  ${text.padEnd(24)} `

const optionLine = ([name, { about, type, choices, default: fallback }]: readonly [
  string,
  BenchOption,
]): string => {
  const said = type === 'boolean' ? `--${name}` : `--${name} <${choices === undefined ? 'value' : 'names'}>`
  const usually = typeof fallback === 'string' ? ` (${fallback})` : ''
  const names = choices === undefined ? '' : `: ${choices.join(',')}`
  return `${column(`  ${said}`)}${about}${usually}${names}`
}

/** How benchmarks are called, and what these do. */
export const benchHelp = (benches: readonly Bench[]): string =>
  [
    `Usage: npm run bench -- [NAME...] [options]\n\nWithout a name: ${usual.join(', ')}. With 'all': each of\n`,
    ...benches.flatMap(({ name, about, options = {} }) => [
      `${column(name)}${about}`,
      ...Object.entries(options).map(optionLine),
    ]),
  ].join('\n')

const wrongValue = ({ choices, isCount }: BenchOption, value: string): string | null => {
  if (isCount === true && !/^[1-9]\d{0,5}$/.test(value)) return 'a whole number from 1'
  if (choices === undefined || value.split(',').every(name => choices.includes(name))) return null
  return `some of ${choices.join(', ')}, with commas between`
}

const checkOptions = ({ name, options = {} }: Bench, words: readonly string[]): void => {
  const wrong = (why: string): SetUpError =>
    new SetUpError({ message: `${name}: ${why}`, remedy: 'npm run bench -- --help tells what can be said.' })
  let values: Readonly<Record<string, unknown>>
  try {
    values = parseArgs({ args: [...words], options, allowPositionals: false }).values
  } catch (error) {
    throw wrong(errorText(error))
  }
  for (const [key, option] of Object.entries(options)) {
    const value = values[key]
    const allowed = typeof value === 'string' ? wrongValue(option, value) : null
    if (allowed !== null) throw wrong(`--${key} is '${value}'; allowed: ${allowed}.`)
  }
}

/** What is asked for: help, or benchmarks with their options. */
export type BenchSelection =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'run'
      readonly benches: readonly Bench[]
      readonly words: readonly string[]
      readonly isUsual: boolean
    }

/** Reads what stands behind `npm run bench --`: names come first, then options. Throws a SetUpError where it is wrong. */
export const selectBenches = (given: readonly string[], benches: readonly Bench[]): BenchSelection => {
  if (given.includes('--help') || given.includes('-h')) return { kind: 'help' }
  const firstOption = given.findIndex(word => word.startsWith('-'))
  const named = firstOption < 0 ? given : given.slice(0, firstOption)
  const words = firstOption < 0 ? [] : given.slice(firstOption)
  const isUsual = named.length === 0
  const wanted = isUsual ? usual : named
  const unknown = wanted.find(name => name !== 'all' && !benches.some(bench => bench.name === name))
  if (unknown !== undefined)
    throw new SetUpError({
      message: `There is no benchmark '${unknown}'.`,
      remedy: `There are: ${benches.map(({ name }) => name).join(', ')}, and all.`,
    })
  const chosen = benches.filter(({ name }) => wanted.includes('all') || wanted.includes(name))
  for (const bench of chosen) checkOptions(bench, words)
  return { kind: 'run', benches: chosen, words, isUsual }
}
