import { expect, test } from 'vitest'
import {
  type ConnectionDraft,
  type DraftContext,
  draftOf,
  errorsOf,
  nameOf,
  needsPassPhrase,
} from '../../../src/renderer/features/settings/connection-draft.ts'
import { fingerprintGroups } from '../../../src/renderer/features/settings/fingerprint-text.ts'
import { validityWords } from '../../../src/renderer/features/settings/validity-words.ts'
import type { Connection, SecretsState } from '../../../src/shared/model/connection.ts'
import { FakeApp } from '../../fakes/fake-app.ts'

const ALL: SecretsState = { os: true, file: 'open' }
const [known] = new FakeApp({ pools: 1, vms: 1 }).connections
if (!known) throw new Error('the fake has a connection')
const waiting: Connection = {
  ...known,
  state: 'failed',
  failure: { code: 'unauthenticated', message: 'It waits for its password.', remedy: '' },
}

const context = (change: Partial<DraftContext> = {}): DraftContext => ({
  connections: [known],
  secrets: ALL,
  edited: null,
  ...change,
})
const aDraft = (change: Partial<ConnectionDraft> = {}): ConnectionDraft => ({
  ...draftOf(null, ALL),
  url: 'https://xen.example',
  password: 'x',
  ...change,
})

test.each<[string, Partial<ConnectionDraft>, Partial<DraftContext>, object]>([
  ['a sound draft', {}, {}, {}],
  ['no address', { url: ' ' }, {}, { url: /Where/ }],
  ['an address with a password', { url: 'https://a:b@xen' }, {}, { url: /user or a password/ }],
  ['http over a network', { url: 'http://xen.example' }, {}, { url: /for all to read/ }],
  ['an address that is taken', { url: `${known.url}/` }, {}, { url: /lab A is connected/ }],
  ['its own address', { url: known.url }, { edited: known }, {}],
  ['no user', { user: ' ' }, {}, { user: /As whom/ }],
  ['no password', { password: '' }, {}, { password: /Enter the password/ }],
  ['the kept password', { url: known.url, password: '' }, { edited: known }, {}],
  ['another server without its password', { password: '' }, { edited: known }, { password: /none kept/ }],
  [
    'another user without his password',
    { url: known.url, user: 'admin', password: '' },
    { edited: known },
    { password: /none kept/ },
  ],
  [
    'a password that is awaited',
    { url: known.url, password: '' },
    { edited: waiting },
    { password: /none kept/ },
  ],
  ['the open file', { keep: 'file' }, {}, {}],
  [
    'the locked file without its pass-phrase',
    { keep: 'file' },
    { secrets: { os: false, file: 'locked' } },
    { passPhrase: /of the file/ },
  ],
  ['the locked file', { keep: 'file', passPhrase: 'x' }, { secrets: { os: false, file: 'locked' } }, {}],
  [
    'a new file with a short pass-phrase',
    { keep: 'file', passPhrase: 'hunter2', passPhraseAgain: 'hunter2' },
    { secrets: { os: false, file: 'absent' } },
    { passPhrase: /At least 12/ },
  ],
  [
    'a new file with a slip of the hand',
    { keep: 'file', passPhrase: 'correct horse battery', passPhraseAgain: 'correct horse batter' },
    { secrets: { os: false, file: 'absent' } },
    { passPhraseAgain: /not the same/ },
  ],
])('%s is judged before it is sent', (_, change, given, errors) => {
  const found = errorsOf(aDraft(change), context(given))
  expect(Object.keys(found)).toEqual(Object.keys(errors))
  for (const [field, pattern] of Object.entries(errors))
    expect(found[field as keyof ConnectionDraft]).toMatch(pattern)
})

test('the form opens with the safest place that needs nothing first, or as the connection is', () => {
  expect(draftOf(null, { os: true, file: 'open' }).keep).toBe('os')
  expect(draftOf(null, { os: false, file: 'open' }).keep).toBe('file')
  expect(draftOf(null, { os: false, file: 'absent' }).keep).toBe('run')
  expect(draftOf({ ...known, keep: 'run' }, ALL)).toMatchObject({ url: known.url, keep: 'run', password: '' })
  expect(draftOf({ ...known, keep: 'os' }, { os: false, file: 'absent' }).keep).toBe('run')
})

test('a renamed connection in a locked file needs no pass-phrase, a new password there does', () => {
  const locked = context({ edited: { ...known, keep: 'file' }, secrets: { os: true, file: 'locked' } })
  expect(needsPassPhrase(aDraft({ keep: 'file', password: '' }), locked)).toBe(false)
  expect(needsPassPhrase(aDraft({ keep: 'file', password: 'new' }), locked)).toBe(true)
})

test('a connection without a name is called as its host', () => {
  expect(nameOf({ name: ' ', url: 'xen.example:8443' })).toBe('xen.example:8443')
  expect(nameOf({ name: ' Home ', url: 'xen.example' })).toBe('Home')
  expect(nameOf({ name: '', url: '%' })).toBe('')
})

test('fingerprints are read in groups of four bytes, marked where they differ', () => {
  const bytes = (last: string) => [...Array.from({ length: 31 }, () => 'AB'), last].join(':')
  expect(fingerprintGroups(bytes('CD'))).toHaveLength(8)
  expect(fingerprintGroups(bytes('CD')).some(({ differs }) => differs)).toBe(false)
  const groups = fingerprintGroups(bytes('CD'), bytes('EF'))
  expect(groups.filter(({ differs }) => differs)).toEqual([{ text: 'AB:AB:AB:CD', differs: true }])
})

test('a certificate out of its time says so', () => {
  const certificate = { validFromMs: Date.UTC(2025, 0, 2, 12), validToMs: Date.UTC(2026, 0, 2, 12) }
  expect(validityWords(certificate, Date.UTC(2025, 5, 1))).toBe('2025-01-02 to 2026-01-02')
  expect(validityWords(certificate, Date.UTC(2027, 0, 1))).toContain('expired')
  expect(validityWords(certificate, Date.UTC(2024, 0, 1))).toContain('not yet')
  expect(validityWords({ validFromMs: 0, validToMs: 0 }, 1)).toContain('unreadable')
})
