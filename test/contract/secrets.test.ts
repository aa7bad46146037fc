import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { osSecrets } from '../../src/main/adapters/system/os-secrets.ts'
import { openPassPhraseSecrets } from '../../src/main/adapters/system/pass-phrase-secrets.ts'
import { runSecrets } from '../../src/main/adapters/system/run-secrets.ts'
import type { Secrets } from '../../src/main/ports/secrets.ts'
import { fakeKeyStore } from '../fakes/fake-key-store.ts'

const PASS_PHRASE = 'correct horse battery'
/** The least that a file may say: the tests are about the file, not about its cost. */
const cheap = { scryptN: 1024 }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'longshore-secrets-'))
})
afterEach(() => rm(folder, { recursive: true }))

const file = (name = 'secrets.json') => path.join(folder, name)
const opened = async () => {
  const secrets = await openPassPhraseSecrets(file(), cheap)
  await secrets.unlock(PASS_PHRASE)
  return secrets
}

const places: { name: string; open: () => Promise<Secrets>; outlives: boolean }[] = [
  {
    name: 'the key store of the system',
    open: async () => osSecrets(file(), fakeKeyStore()),
    outlives: true,
  },
  { name: 'a file under a pass-phrase', open: opened, outlives: true },
  { name: 'memory', open: async () => runSecrets(), outlives: false },
]

describe.each(places)('secrets in $name', ({ open, outlives }) => {
  test('are kept, replaced and removed, each by its own id', async () => {
    const secrets = await open()
    expect(await secrets.get('a')).toBeUndefined()
    await secrets.put('a', 'one')
    await secrets.put('b', 'two')
    await secrets.put('a', 'three, with ü and "quotes"')
    expect([await secrets.get('a'), await secrets.get('b')]).toEqual(['three, with ü and "quotes"', 'two'])
    await secrets.remove('a')
    await secrets.remove('never there')
    expect([await secrets.get('a'), await secrets.get('b')]).toEqual([undefined, 'two'])
  })

  test('that are put at once are all kept', async () => {
    const secrets = await open()
    await Promise.all(Array.from({ length: 8 }, (_, i) => secrets.put(`id-${i}`, `secret-${i}`)))
    for (let i = 0; i < 8; i++) expect(await secrets.get(`id-${i}`)).toBe(`secret-${i}`)
  })

  test('may be empty and may have any id', async () => {
    const secrets = await open()
    for (const id of ['constructor', 'a/../b', '']) {
      expect(await secrets.get(id)).toBeUndefined()
      await secrets.put(id, '')
      expect(await secrets.get(id)).toBe('')
    }
  })

  test(`are ${outlives ? 'there' : 'gone'} in the next run, readable in no file`, async () => {
    await (await open()).put('a', 'hunter2-hunter2')
    expect(await (await open()).get('a')).toBe(outlives ? 'hunter2-hunter2' : undefined)
    for (const name of await readdir(folder)) {
      const text = await readFile(file(name), 'latin1')
      expect(text).not.toContain('hunter2')
      expect(text).not.toContain(Buffer.from('hunter2-hunter2').toString('base64').slice(0, 12))
      expect(text).not.toContain(PASS_PHRASE)
    }
  })

  test('leave nothing but their file, for the eyes of its owner only', async () => {
    await writeFile(file(`secrets.json.${process.pid}.new`), 'left by a crash', { mode: 0o644 })
    await (await open()).put('a', 'one')
    if (!outlives) return
    expect(await readdir(folder)).toEqual(['secrets.json'])
    expect((await stat(file())).mode & 0o777).toBe(0o600)
  })
})

describe('a file under a pass-phrase', () => {
  test('is absent, then open, and locked in the next run', async () => {
    const first = await openPassPhraseSecrets(file(), cheap)
    expect(first.state).toBe('absent')
    await first.unlock(PASS_PHRASE)
    expect(first.state).toBe('open')
    await first.put('a', 'one')
    const next = await openPassPhraseSecrets(file(), cheap)
    expect(next.state).toBe('locked')
    expect(await next.get('a')).toBeUndefined()
    await expect(next.put('a', 'two')).rejects.toMatchObject({ code: 'refused', message: /locked/ })
    await expect(next.unlock('incorrect horse battery')).rejects.toMatchObject({
      code: 'refused',
      message: 'The pass-phrase is wrong.',
    })
    expect(next.state).toBe('locked')
    await next.unlock(PASS_PHRASE)
    expect(await next.get('a')).toBe('one')
  })

  test('is not begun with a short pass-phrase', async () => {
    const secrets = await openPassPhraseSecrets(file(), cheap)
    await expect(secrets.unlock('hunter2')).rejects.toMatchObject({ message: /shorter than 12/ })
    expect(secrets.state).toBe('absent')
    expect(await readdir(folder)).toEqual([])
  })

  test('is never sealed twice alike', async () => {
    const secrets = await opened()
    await secrets.put('a', 'one')
    const before = JSON.parse(await readFile(file(), 'utf8'))
    await secrets.put('a', 'one')
    const after = JSON.parse(await readFile(file(), 'utf8'))
    expect(after.iv).not.toBe(before.iv)
    expect(after.data).not.toBe(before.data)
    expect(after.salt).toBe(before.salt)
  })

  test.each([
    ['no JSON', () => 'nonsense'],
    ['another format', (text: string) => text.replace('longshore-secrets', 'other')],
    ['a newer version', (text: string) => text.replace('"version":1', '"version":2')],
    ['a cost that would take all memory', (text: string) => text.replace('"N":1024', '"N":1073741824')],
    [
      'a changed byte',
      (text: string) => text.replace(/"data":"(.)/, (_, c) => `"data":"${c === 'A' ? 'B' : 'A'}`),
    ],
    ['nothing left', () => ''],
  ])('with %s is told to be damaged and left as it is', async (_, spoil) => {
    await (await opened()).put('a', 'one')
    const spoilt = spoil(await readFile(file(), 'utf8'))
    await writeFile(file(), spoilt)
    const secrets = await openPassPhraseSecrets(file(), cheap)
    expect(secrets.state).toBe('locked')
    await expect(secrets.unlock(PASS_PHRASE)).rejects.toMatchObject({ code: 'storage', message: /damaged/ })
    expect(await readFile(file(), 'utf8')).toBe(spoilt)
  })

  test('is read by two of us at once without losing what either writes', async () => {
    const one = await opened()
    const other = await opened()
    await one.put('a', 'one')
    await other.put('b', 'two')
    expect(await one.get('b')).toBe('two')
    expect(await other.get('a')).toBe('one')
  })
})

test('a damaged file of the key store is told, and not written over', async () => {
  await writeFile(file(), '{}')
  const secrets = osSecrets(file(), fakeKeyStore())
  await expect(secrets.get('a')).rejects.toMatchObject({ code: 'storage', message: /damaged/ })
  await expect(secrets.put('a', 'one')).rejects.toMatchObject({ code: 'storage' })
  expect(await readFile(file(), 'utf8')).toBe('{}')
})

test('a key store that refuses is told without what it was asked to keep', async () => {
  const keyStore = {
    seal: (text: string) => Promise.reject(new Error(`cannot seal ${text}`)),
    unseal: () => Promise.reject(new Error('no')),
  }
  const error: unknown = await osSecrets(file(), keyStore)
    .put('a', 'hunter2')
    .catch(reason => reason)
  expect(error).toMatchObject({ code: 'storage', message: /key store/ })
  expect(JSON.stringify([error, String(error), error instanceof Error && error.cause])).not.toContain(
    'hunter2',
  )
})

test.skipIf(process.getuid?.() === 0)('a folder that cannot be written is told', async () => {
  await chmod(folder, 0o500)
  await expect(osSecrets(file(), fakeKeyStore()).put('a', 'one')).rejects.toMatchObject({ code: 'storage' })
  await chmod(folder, 0o700)
})
