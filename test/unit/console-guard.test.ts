import { expect, test } from 'vitest'
import { ConsoleGuard } from '../../src/main/adapters/system/console-guard.ts'

const guard = new ConsoleGuard()
const cookieOf = (from: ConsoleGuard) => {
  const admission = from.admit({ url: `/?token=${from.token}`, headers: { host: 'localhost:8080' } })
  if (admission.kind !== 'enter') throw new Error('not admitted')
  return admission.cookie
}
const cookie = cookieOf(guard).split(';')[0] ?? ''

test('the token in the address is exchanged for a cookie that scripts and other sites cannot use', () => {
  expect(cookieOf(guard)).toMatch(/^longshore-[0-9a-f]{8}=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/)
})

test('tokens carry at least 128 bits and are never the same', () => {
  expect(Buffer.from(guard.token, 'base64url')).toHaveLength(24)
  expect(new ConsoleGuard().token).not.toBe(guard.token)
})

test.each([
  '127.0.0.1',
  '127.0.0.1:1',
  'localhost:65535',
  'LOCALHOST:80',
  '[::1]:8080',
])('the own name %s is admitted with the cookie, on any port', host => {
  expect(guard.admit({ url: '/', headers: { host, cookie } }).kind).toBe('use')
})

test.each([
  undefined,
  '',
  'evil.example',
  'evil.example:8080',
  'localhost.evil.example',
  '127.0.0.1.evil.example:8080',
  '127.0.0.1@evil.example',
  '10.0.0.5:8080',
  '0.0.0.0:8080',
  'localhost:8080:80',
  'localhost:123456',
])('the foreign name %s is refused with cookie and token alike', host => {
  const headers = { cookie, ...(host === undefined ? {} : { host }) }
  const refused = { kind: 'refused', because: 'foreign-host' }
  expect(guard.admit({ url: '/', headers })).toEqual(refused)
  expect(guard.admit({ url: `/?token=${guard.token}`, headers })).toEqual(refused)
})

test.each([
  ['nothing', '/', undefined],
  ['a wrong token', '/?token=wrong', undefined],
  ['an empty token', '/?token=', undefined],
  ['half a token', `/?token=${guard.token.slice(0, 16)}`, undefined],
  ['a wrong token beside the right cookie', '/?token=wrong', cookie],
  ['the cookie of an earlier start', '/', cookieOf(new ConsoleGuard())],
  ['the cookie with a wrong value', '/', `${cookie.split('=')[0]}=wrong`],
  ['the token under another name', '/', `token=${guard.token}`],
  ['a cookie header of nonsense', '/', ';;==;='],
])('%s is refused', (_, url, withCookie) => {
  const headers = { host: 'localhost:8080', ...(withCookie === undefined ? {} : { cookie: withCookie }) }
  expect(guard.admit({ url, headers })).toEqual({ kind: 'refused', because: 'no-token' })
})

test('other cookies do not hide ours', () => {
  expect(guard.admit({ url: '/', headers: { host: 'localhost', cookie: `a=b; ${cookie}; c=d` } }).kind).toBe(
    'use',
  )
})

test.each([
  ['http://localhost:8080', true],
  ['https://localhost:8080', true],
  ['http://localhost:9090', false],
  ['http://127.0.0.1:8080', false],
  ['http://evil.example', false],
  ['null', false],
  [undefined, false],
])('a WebSocket from a page of %s at localhost:8080: %s', (origin, isAdmitted) => {
  const headers = { host: 'localhost:8080', cookie, ...(origin === undefined ? {} : { origin }) }
  expect(guard.admitSocket({ url: '/pipe', headers })).toBe(isAdmitted)
})

test('a WebSocket needs the cookie; the token in its address is not enough', () => {
  const headers = { host: 'localhost:8080', origin: 'http://localhost:8080' }
  expect(guard.admitSocket({ url: '/pipe', headers })).toBe(false)
  expect(guard.admitSocket({ url: `/pipe?token=${guard.token}`, headers })).toBe(false)
})
