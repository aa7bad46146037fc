import { expect, test } from 'vitest'
import { Failure } from '../../src/shared/failure.ts'
import { poolOrigin } from '../../src/shared/model/pool-address.ts'

test.each([
  ['https://xen.example', 'https://xen.example'],
  ['  xen.example ', 'https://xen.example'],
  ['xen.example:8443', 'https://xen.example:8443'],
  ['10.0.0.7', 'https://10.0.0.7'],
  ['https://XEN.example:443/index.html?x#y', 'https://xen.example'],
  ['https://[FE80::1]:8443', 'https://[fe80::1]:8443'],
  ['http://127.0.0.2:8080', 'http://127.0.0.2:8080'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
  ['/lab/100%/hosts.json', 'file:///lab/100%25/hosts.json'],
  ['file:///lab/100%25/hosts.json', 'file:///lab/100%25/hosts.json'],
])('%o leads to %s', (text, origin) => {
  expect(poolOrigin(text)).toBe(origin)
})

const failureOf = (text: string): Failure => {
  try {
    poolOrigin(text)
  } catch (error) {
    if (error instanceof Failure) return error
  }
  throw new Error(`${text} was taken`)
}

test.each([
  ['', /not the address/],
  ['https://', /not the address/],
  ['xen example', /not the address/],
  ['ftp://xen.example', /neither https/],
  ['https://root@xen.example', /user or a password/],
  ['https://root:hunter2@xen.example', /user or a password/],
  ['root:hunter2@xen.example', /user or a password/],
  ['http://xen.example', /for all to read/],
  ['file:///lab/100%/hosts.json', /stands for no character/],
  ['http://127.0.0.1.evil.example', /for all to read/],
  ['http://127.evil.example', /for all to read/],
])('%o is refused', (text, message) => {
  const failure = failureOf(text)
  expect(failure).toMatchObject({ code: 'invalid-input', message: expect.stringMatching(message) })
  expect(JSON.stringify(failure.report())).not.toContain('hunter2')
})
