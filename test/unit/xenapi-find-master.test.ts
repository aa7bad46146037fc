import { expect, test } from 'vitest'
import { findMaster } from '../../src/main/adapters/xenapi/find-master.ts'
import { XenApiError } from '../../src/main/adapters/xenapi/xen-error.ts'
import { CertificateFailure } from '../../src/main/ports/certificate-failure.ts'
import { Failure } from '../../src/shared/failure.ts'

const silent = new Failure({ code: 'unreachable', message: 'silent', remedy: '' })
const stranger = new Failure({ code: 'not-xenapi', message: 'a printer', remedy: '' })
const booting = new XenApiError('HOST_STILL_BOOTING', [])
const wrongPassword = new XenApiError('SESSION_AUTHENTICATION_FAILED', [])
const slaveOf = (address: string) => new XenApiError('HOST_IS_SLAVE', [address])
const untrusted = new CertificateFailure({
  seen: { address: 'b:443', fingerprint: 'x', subject: '', issuer: '', validFromMs: 0, validToMs: 0 },
  pinned: null,
})

/** Asks hosts a, b, c, which answer as told; says who gave a session, and who was asked. */
const search = async (answers: Readonly<Record<string, unknown>>, from: readonly string[]) => {
  const asked: string[] = []
  const found = await findMaster(
    from.map(name => new URL(`https://${name}`)),
    async origin => {
      asked.push(origin.hostname)
      const answer = answers[origin.hostname]
      if (typeof answer === 'string') return answer
      throw answer
    },
  ).then(
    ({ origin, ref }) => `${origin.hostname} ${ref}`,
    (error: unknown) => error,
  )
  return { asked: asked.join(''), found }
}

test.for([
  ['the master itself', { a: 's' }, ['a'], 'a', 'a s'],
  ['a member that names it', { a: slaveOf('b'), b: 's' }, ['a'], 'ab', 'b s'],
  ['the next member when the first is silent', { a: silent, b: 's' }, ['a', 'b'], 'ab', 'b s'],
  ['whom the next member names', { a: silent, b: slaveOf('c'), c: 's' }, ['a', 'b'], 'abc', 'c s'],
  ['nobody twice', { a: silent, b: slaveOf('a'), c: 's' }, ['a', 'a', 'b', 'c'], 'abc', 'c s'],
  [
    'past a stranger at a member’s address',
    { a: silent, b: stranger, c: 's' },
    ['a', 'b', 'c'],
    'abc',
    'c s',
  ],
  [
    'past a member with another certificate',
    { a: silent, b: untrusted, c: 's' },
    ['a', 'b', 'c'],
    'abc',
    'c s',
  ],
] as const)('a session comes from %s', async ([, answers, from, asked, found]) => {
  expect(await search(answers, from)).toEqual({ asked, found })
})

test.for([
  ['hosts that name each other', { a: slaveOf('b'), b: slaveOf('a') }, ['a', 'b'], 'ab', 'HOST_IS_SLAVE'],
  ['silence everywhere', { a: silent, b: silent }, ['a', 'b'], 'ab', 'silent'],
  ['a master that is dead', { a: slaveOf('b'), b: silent }, ['a'], 'ab', 'silent'],
  [
    'a host that is starting',
    { a: silent, b: booting, c: slaveOf('a') },
    ['a', 'b', 'c'],
    'abc',
    'HOST_STILL_BOOTING',
  ],
  ['a wrong password', { a: wrongPassword, b: 's' }, ['a', 'b'], 'a', 'SESSION_AUTHENTICATION_FAILED'],
  ['a stranger where we were told to go', { a: stranger, b: 's' }, ['a', 'b'], 'a', 'a printer'],
  ['a certificate that changed there', { a: untrusted, b: 's' }, ['a', 'b'], 'a', untrusted.message],
  [
    'a member to be asked about',
    { a: silent, b: untrusted, c: booting },
    ['a', 'b', 'c'],
    'abc',
    untrusted.message,
  ],
] as const)('the search ends with %s', async ([, answers, from, asked, message]) => {
  const outcome = await search(answers, from)
  expect(outcome.asked).toBe(asked)
  expect((outcome.found as Error).message).toBe(message)
})
