import { spawn } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { sharedLinkResult } from '../../src/shared/model/shared-link-case.ts'
import { simulationResult } from '../../src/shared/model/simulation-case.ts'

const root = path.resolve(import.meta.dirname, '../..')

const simulate = async (input: string, options: readonly string[] = ['--json']) => {
  const child = spawn(
    process.execPath,
    [path.join(root, 'src/main/cli/main.ts'), 'simulate', '--input', '-', '--workers', '2', ...options],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  child.stdin.end(input)
  const [out, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>(resolve => child.once('close', resolve)),
  ])
  return { lines: out.split('\n').filter(line => line !== ''), errors, code }
}

const aCase = (change: object = {}) => ({
  memoryBytes: 64 * 1024 * 1024,
  policy: { name: 'pre-copy-xen' },
  link: { bandwidthBytesPerSecond: 100e6, latencyMs: 0.2 },
  workload: { kind: 'uniform', workingSetPages: 4000, writesPerSecond: 5000 },
  seed: 3,
  ...change,
})

test('one object over several lines gives one result line', async () => {
  const { lines, code } = await simulate(JSON.stringify(aCase(), null, 2))
  expect(code).toBe(0)
  expect(lines).toHaveLength(1)
  const result = simulationResult.parse(JSON.parse(lines[0] ?? ''))
  expect(result).toMatchObject({ outcome: 'completed', switched: false, demandFaults: 0 })
  expect(result.rounds.at(-1)?.dirtiedPages).toBe(0)
  expect(result.unavailabilityMs).toBe(result.downtimeMs + result.stallMs)
  expect(result.pagesSent - 16_384).toBe(result.pagesRetransmitted)
})

test('a sweep keeps the order of its cases, goes on past wrong ones and lists them', async () => {
  const cases = [
    JSON.stringify(aCase({ memoryBytes: 256 * 1024 * 1024 })),
    JSON.stringify(aCase({ link: { bandwidthBytesPerSecond: 0, latencyMs: 1 } })),
    '{"memoryBytes": NaN}',
    JSON.stringify(aCase({ policy: { name: 'nobody' } })),
    JSON.stringify(aCase({ policy: { name: 's1', thresholds: { switchTheta: 7 } } })),
    JSON.stringify(
      aCase({ workload: { kind: 'dirty-curve', umPages: 10, unPages: [5], mwwsPages: 99_999 } }),
    ),
    JSON.stringify(aCase({ memoryBytes: 4 * 1024 * 1024, workload: { kind: 'idle' } })),
  ]
  const { lines, errors, code } = await simulate(cases.join('\n'))
  expect(code).toBe(1)
  const told = lines.map(line => JSON.parse(line))
  expect(told.map(one => ('skipped' in one ? one.skipped.line : 'done'))).toEqual([
    'done',
    2,
    3,
    4,
    5,
    6,
    'done',
  ])
  expect(told.map(one => one.skipped?.faults[0].field)).toEqual([
    undefined,
    'link.bandwidthBytesPerSecond',
    'memoryBytes',
    'policy.name',
    'policy.thresholds.switchTheta',
    'workload.mwwsPages',
    undefined,
  ])
  expect(errors).toContain('5 of 7 cases were skipped')
  expect(errors).toContain('0.5 to 0.9')
})

test('several migrations over one link give one line with the result of each', async () => {
  const { link, ...migration } = aCase()
  const { lines, code } = await simulate(JSON.stringify({ link, migrations: [migration, migration] }))
  expect(code).toBe(0)
  expect(lines).toHaveLength(1)
  const { migrations, bytesSent } = sharedLinkResult.parse(JSON.parse(lines[0] ?? ''))
  expect(migrations.map(({ outcome }) => outcome)).toEqual(['completed', 'completed'])
  expect(bytesSent).toBe(migrations.reduce((sum, each) => sum + each.bytesSent, 0))
})

test('the same case gives the same bytes', async () => {
  const line = JSON.stringify(aCase({ policy: { name: 'longshore' } }))
  const { lines } = await simulate(`${line}\n${line}`)
  expect(lines[0]).toBe(lines[1])
})

test('the schemas of a case and of its result are printed', async () => {
  const { lines, code } = await simulate('', ['--schema'])
  expect(code).toBe(0)
  const { input, output, sharedLink } = JSON.parse(lines.join('\n'))
  expect(input.required).toEqual(['memoryBytes', 'policy', 'link', 'workload'])
  expect(output.required).toContain('unavailabilityMs')
  expect(sharedLink.input.required).toEqual(['link', 'migrations'])
  expect(sharedLink.output.required).toEqual(['totalMs', 'bytesSent', 'migrations'])
})

test('a sweep ends when nobody reads on', async () => {
  const child = spawn(
    process.execPath,
    [path.join(root, 'src/main/cli/main.ts'), 'simulate', '--input', '-', '--workers', '1', '--json'],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  child.stdin.end(Array.from({ length: 5000 }, () => JSON.stringify(aCase())).join('\n'))
  child.stdout.once('data', () => child.stdout.destroy())
  expect(await ended).toBe(0)
})

test.skipIf(!existsSync('/dev/full'))('a disk that is full is told in a sentence', async () => {
  const child = spawn(
    process.execPath,
    [path.join(root, 'src/main/cli/main.ts'), 'simulate', '--input', '-', '--workers', '1', '--json'],
    { stdio: ['pipe', openSync('/dev/full', 'w'), 'pipe'] },
  )
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  child.stdin?.end(JSON.stringify(aCase()))
  const errors = child.stderr === null ? '' : await text(child.stderr)
  expect(errors).toMatch(/^longshore: What is printed cannot be written: .*ENOSPC.*\n {2}Look whether/)
  expect(await ended).toBe(1)
})
