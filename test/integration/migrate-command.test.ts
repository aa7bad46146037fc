import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { FakeQemu } from '../fakes/fake-qemu.ts'

const root = path.resolve(import.meta.dirname, '../..')
const ram = { total: 2 ** 28, remaining: 2 ** 27, normal: 100, 'dirty-sync-count': 1, transferred: 409_600 }

const aQemu = async (status: 'running' | 'inmigrate'): Promise<FakeQemu> => {
  const qemu = await new FakeQemu(status).start()
  onTestFinished(() => qemu.server.stop())
  return qemu
}

test('the second Ctrl+C leaves a migration to itself, though its source says nothing', async () => {
  const [from, to] = [await aQemu('running'), await aQemu('inmigrate')]
  from.onCommand = command => {
    if (command === 'migrate') from.migration = { status: 'active', ram }
  }
  const ends = ['--source', from.server.address, '--destination', to.server.address, '--uri', 'unix:/m']
  const options = [...ends, '--policy', 'pre-copy-qemu']
  const child = spawn(
    process.execPath,
    [path.join(root, 'src/main/cli/main.ts'), 'migrate', '--qemu', ...options],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const errors = text(child.stderr)
  await expect.poll(() => from.told('migrate').length, { timeout: 20_000 }).toBe(1)
  from.server.answerBy(() => null)
  const { heard } = from.server
  const before = heard.length
  await expect.poll(() => heard.length).toBeGreaterThan(before)
  const asked = heard.length
  child.kill('SIGINT')
  await expect.poll(() => heard.length).toBeGreaterThan(asked)
  child.kill('SIGINT')
  expect(await ended).toBe(1)
  expect(await errors).toMatch(/Nobody leads the migration any more; where it has begun, it goes on\./)
}, 30_000)
