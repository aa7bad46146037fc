import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { simulationPrediction } from '../../src/shared/model/simulation-case.ts'

const root = path.resolve(import.meta.dirname, '../..')

const predict = async (input: string, options: readonly string[]) => {
  const child = spawn(process.execPath, [path.join(root, 'src/main/cli/main.ts'), 'predict', ...options])
  child.stdin.end(input)
  const [out, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>(resolve => child.once('close', resolve)),
  ])
  return { out, lines: out.split('\n').filter(line => line !== ''), errors, code }
}

const aCase = (change: object = {}) =>
  JSON.stringify({
    memoryBytes: 64 * 1024 * 1024,
    policy: { name: 'pre-copy-xen' },
    link: { bandwidthBytesPerSecond: 100e6, latencyMs: 0.2 },
    workload: { kind: 'uniform', workingSetPages: 4000, writesPerSecond: 20_000 },
    ...change,
  })

test('one prediction a line in the order of the cases; a wrong one is told in its place and in the end', async () => {
  const cases = [aCase(), aCase({ policy: { name: 'nobody' } }), aCase({ workload: { kind: 'idle' } })]
  const { lines, errors, code } = await predict(cases.join('\n'), ['--input', '-', '--json'])
  const [busy, wrong, idle] = lines.map(line => JSON.parse(line))
  expect(code).toBe(1)
  expect(simulationPrediction.parse(busy).converges).toBe(false)
  expect(wrong.skipped).toMatchObject({ line: 2, faults: [{ field: 'policy.name', value: 'nobody' }] })
  expect(simulationPrediction.parse(idle).converges).toBe(true)
  expect(errors).toContain('1 of 3 cases was skipped')
})

test('several migrations over one link are refused by their field', async () => {
  const { link, ...migration } = JSON.parse(aCase())
  const { lines, code } = await predict(JSON.stringify({ link, migrations: [migration] }), [
    '--input',
    '-',
    '--json',
  ])
  expect(code).toBe(1)
  expect(JSON.parse(lines[0] ?? '').skipped.faults).toMatchObject([{ field: 'migrations' }])
})

test('--schema prints what goes in and what comes out', async () => {
  const { out, code } = await predict('', ['--schema'])
  expect(code).toBe(0)
  const { input, output } = JSON.parse(out)
  expect(input.required).toContain('memoryBytes')
  expect(Object.keys(output.properties)).toContain('slaViolationProbability')
})

test('a table without polls is told by its name', async () => {
  const { errors, code } = await predict('scenario,run\n', ['--polls', '-'])
  expect(code).toBe(1)
  expect(errors).toContain('Standard input holds no polls of query-migrate.')
})
