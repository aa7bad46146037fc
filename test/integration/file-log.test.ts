import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileLog } from '../../src/main/adapters/system/file-log.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'longshore-log-'))
})
afterEach(() => rm(dir, { recursive: true }))

const open = (options: { dataDir?: string; maxBytes?: number } = {}) => {
  const complaints: string[] = []
  const clock = new FakeClock(Date.UTC(2026, 10, 20))
  const log = openFileLog({
    dataDir: dir,
    clock,
    complain: line => complaints.push(line),
    ...options,
  })
  return { log, complaints, clock }
}
const linesOf = async (name = 'longshore.log') =>
  (await readFile(path.join(dir, name), 'utf8'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

test('entries are lines of JSON in order; warnings and errors are told on the terminal too', async () => {
  const { log, complaints } = open()
  log.info('the console is served', { port: 8080 })
  log.warn('a reading was late', { lateMs: 1200 })
  log.error('the pool is gone', new Error('ECONNRESET', { cause: new Error('cable') }), { pool: 'lab' })
  await log.close()
  const [info, warn, error] = await linesOf()
  expect(info).toEqual({
    at: '2026-11-20T00:00:00.000Z',
    level: 'info',
    message: 'the console is served',
    port: 8080,
  })
  expect(warn).toMatchObject({ level: 'warn', lateMs: 1200 })
  expect(error).toMatchObject({ pool: 'lab', error: { message: 'ECONNRESET', cause: { message: 'cable' } } })
  expect(error.error.stack.length).toBeGreaterThan(0)
  expect(complaints).toEqual(['a reading was late', 'the pool is gone: ECONNRESET'])
})

test('the terminal is told why, and the same trouble again only after ten minutes', async () => {
  const { log, complaints, clock } = open()
  const lost = () => log.warn('connection lost', { connection: 'lab', message: 'Nothing listens there.' })
  lost()
  lost()
  log.warn('an order is not journalled', { why: 'the disk is full' })
  lost()
  await clock.advance(600_000)
  lost()
  await log.close()
  expect(complaints).toEqual([
    'connection lost: Nothing listens there.',
    'an order is not journalled: the disk is full',
    'connection lost: Nothing listens there.',
  ])
  expect(await linesOf()).toHaveLength(5)
})

test('what stands under the name of a secret is never written, however deep', async () => {
  const { log } = open()
  log.info('signing in', {
    user: 'root',
    password: 'hunter2',
    request: {
      headers: { Cookie: 'hunter2', 'x-auth-token': 'hunter2' },
      params: [{ sessionId: 'hunter2' }],
    },
  })
  await log.close()
  const text = await readFile(path.join(dir, 'longshore.log'), 'utf8')
  expect(text).not.toContain('hunter2')
  expect(text).toContain('"user":"root"')
  expect(text.match(/\[secret\]/g)).toHaveLength(4)
})

test('facts that cannot be written do not lose the message', async () => {
  const { log } = open()
  const circle: Record<string, unknown> = {}
  circle.itself = circle
  log.info('round and round', { circle })
  log.info('endless', { text: 'x'.repeat(100_000) })
  log.info('counted', { bytes: 12n })
  await log.close()
  expect(await linesOf()).toMatchObject([
    { message: 'round and round', facts: 'could not be written' },
    { message: 'endless', facts: 'too long' },
    { message: 'counted', bytes: '12' },
  ])
})

test('the log is kept in two files of a bounded size, and goes on where the last run ended', async () => {
  for (let run = 0; run < 3; run++) {
    const { log } = open({ maxBytes: 2_000 })
    for (let i = 0; i < 20; i++) {
      log.info(`entry ${run}-${i}`)
      await log.close()
    }
  }
  expect((await readdir(dir)).sort()).toEqual(['longshore.1.log', 'longshore.log'])
  const messages = [...(await linesOf('longshore.1.log')), ...(await linesOf())].map(({ message }) => message)
  const all = Array.from({ length: 60 }, (_, i) => `entry ${Math.floor(i / 20)}-${i % 20}`)
  expect(messages).toEqual(all.slice(-messages.length))
  expect(messages.length).toBeGreaterThan(20)
})

test('where the folder cannot be written, all is told on the terminal and nothing throws', async () => {
  await writeFile(path.join(dir, 'a-file'), '')
  const { log, complaints } = open({ dataDir: path.join(dir, 'a-file') })
  log.info('still running')
  await log.close()
  log.info('and again')
  await log.close()
  expect(complaints[0]).toContain('cannot be written')
  expect(complaints.slice(1).map(line => JSON.parse(line).message)).toEqual(['still running', 'and again'])
})
