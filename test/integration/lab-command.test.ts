import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { type LabInfo, labInfo } from '../../src/main/adapters/lab/lab-info.ts'
import { rpc } from '../support/a-lab.ts'

const command = new URL('../../src/main/cli/lab.ts', import.meta.url).href
const script = `const { labCommand } = await import('${command}')
await labCommand.parseAsync(process.argv.slice(1), { from: 'user' })`

const runLab = (...args: readonly string[]) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [lines, errors]: [string[], string[]] = [[], []]
  const output = createInterface({ input: child.stdout }).on('line', line => lines.push(line))
  createInterface({ input: child.stderr }).on('line', line => errors.push(line))
  const exited = once(child, 'close')
  const ready = async () => {
    await Promise.race([once(output, 'line'), exited])
    return labInfo.parse(JSON.parse(lines[0] ?? ''))
  }
  return { child, lines, errors, exited, ready }
}

const membersOf = ({ pools }: LabInfo) =>
  pools.map(({ name, members }) => [name, members.map(member => member.name)])

test('longshore lab prints one line of JSON, serves pools A and B and ends with 0 when it is told to', async () => {
  const { child, lines, exited, ready } = runLab('--port', '0', '--seed', '4')
  const info = await ready()
  expect(membersOf(info)).toEqual([
    ['lab A', ['host-1', 'host-2', 'host-3']],
    ['lab B', ['plain-1', 'plain-2']],
  ])
  for (const [index, vms] of [12, 6].entries()) {
    const pool = info.pools[index]
    const url = pool?.url ?? ''
    const session = await rpc(url, 'session.login_with_password', [info.user, info.password])
    const hosts = pool?.members.length ?? 0
    expect(await rpc(url, 'VM.get_all', [session])).toHaveLength(vms + hosts + 1)
  }
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  expect(lines).toHaveLength(1)
})

test('longshore lab makes a pool A of the size that is asked for, at the speed that is asked for', async () => {
  const { child, exited, ready } = runLab('--hosts', '2', '--vms', '40', '--speed', '60', '--seed', '7')
  const info = await ready()
  expect(membersOf(info)[0]).toEqual(['lab A', ['host-1', 'host-2']])
  const { url, user, password } = info
  const session = await rpc(url, 'session.login_with_password', [user, password])
  expect(await rpc(url, 'VM.get_all', [session])).toHaveLength(40 + 2 + 1)
  const [pool] = Object.values((await rpc(url, 'pool.get_all_records', [session])) as object) as {
    other_config: unknown
  }[]
  expect(pool?.other_config).toMatchObject({ 'longshore:time-scale': '60' })
  child.kill('SIGINT')
  expect(await exited).toEqual([0, null])
})

test.each([
  [['--hosts', '17'], '--hosts', '1 to 16'],
  [['--hosts', '0'], '--hosts', '1 to 16'],
  [['--vms', '10001'], '--vms', '1 to 10000'],
  [['--speed', '61'], '--speed', '1 to 60'],
  [['--speed', '1.5'], '--speed', '1 to 60'],
  [['--seed', '-1'], '--seed', '0 to 2000000'],
  [['--port', '65535'], '--port', '0 to 65534'],
])('longshore lab refuses %j and names the option and its range', async (args, option, range) => {
  const { errors, exited } = runLab(...args)
  const [code] = (await exited) as [number]
  expect(code).not.toBe(0)
  expect(errors.join(' ')).toContain(option)
  expect(errors.join(' ')).toContain(`It is a whole number from ${range}.`)
})
