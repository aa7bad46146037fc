import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { labInfo } from '../../src/main/adapters/lab/lab-info.ts'
import { rpc } from '../support/a-lab.ts'

const command = new URL('../../src/main/cli/lab.ts', import.meta.url).href
const script = `const { labCommand } = await import('${command}')
await labCommand.parseAsync(process.argv.slice(1), { from: 'user' })`

test('longshore lab prints one line of JSON, serves twelve VMs and ends with 0 when it is told to', async () => {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', script, '--', '--port', '0', '--seed', '4'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const lines: string[] = []
  const output = createInterface({ input: child.stdout }).on('line', line => lines.push(line))
  await Promise.race([once(output, 'line'), exited])
  const { url, user, password, pools } = labInfo.parse(JSON.parse(lines[0] ?? ''))
  expect(pools.map(({ name, members }) => [name, members.map(member => member.name)])).toEqual([
    ['lab A', ['host-1', 'host-2', 'host-3']],
  ])
  const session = await rpc(url, 'session.login_with_password', [user, password])
  expect(await rpc(url, 'VM.get_all', [session])).toHaveLength(12 + 3 + 1)
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  expect(lines).toHaveLength(1)
})
