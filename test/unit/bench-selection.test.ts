import { expect, test } from 'vitest'
import { type Bench, benchHelp, selectBenches } from '../../scripts/bench-selection.ts'

const aBench = (name: string, options?: Bench['options']): Bench => ({
  name,
  about: `times ${name}`,
  ...(options === undefined ? {} : { options }),
  run: () => Promise.reject(new Error('nothing is run here')),
})

const benches = [
  aBench('console'),
  aBench('tick'),
  aBench('policies', {
    seeds: { type: 'string', default: '30', isCount: true, about: 'runs of each' },
    links: { type: 'string', choices: ['LAN', 'WAN'], about: 'only these' },
    docs: { type: 'boolean', default: false, about: 'write the table' },
  }),
]

const chosen = (...given: string[]): readonly string[] => {
  const selection = selectBenches(given, benches)
  return selection.kind === 'help' ? ['help'] : selection.benches.map(({ name }) => name)
}

test('without a name the usual benchmarks run, with all each of them', () => {
  expect(chosen()).toEqual(['console', 'tick'])
  expect(chosen('all')).toEqual(['console', 'tick', 'policies'])
  expect(chosen('tick')).toEqual(['tick'])
})

test('who asks for help gets a line for each benchmark and option, and nothing is run', () => {
  expect(chosen('--help')).toEqual(['help'])
  expect(chosen('policies', '-h')).toEqual(['help'])
  expect(benchHelp(benches)).toMatchInlineSnapshot(`
    "Usage: npm run bench -- [NAME...] [options]

    Without a name: console, tick. With 'all': each of

      console                  times console
      tick                     times tick
      policies                 times policies
        --seeds <value>        runs of each (30)
        --links <names>        only these: LAN,WAN
        --docs                 write the table"
  `)
})

test('what stands behind the first dash goes to the benchmark, values and all', () => {
  const words = ['--seeds', '3', '--links=LAN,WAN', '--docs']
  expect(selectBenches(['policies', ...words], benches)).toMatchObject({ words, isUsual: false })
})

test.each([
  [['nobody'], "There is no benchmark 'nobody'."],
  [['tick', '--seeds', '3'], "tick: Unknown option '--seeds'"],
  [['policies', '--seeds', '0'], "policies: --seeds is '0'; allowed: a whole number from 1."],
  [['policies', '--seeds', 'x'], "policies: --seeds is 'x'; allowed: a whole number from 1."],
  [
    ['policies', '--links', 'LAN,moon'],
    "policies: --links is 'LAN,moon'; allowed: some of LAN, WAN, with commas between.",
  ],
  [['policies', '--seeds', '3', '4'], "policies: Unexpected argument '4'."],
])('%j is refused', (given, message) => {
  expect(() => selectBenches(given, benches)).toThrow(message)
})
