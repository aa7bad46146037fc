import { expect, test } from 'vitest'
import { poolEnvironment, poolsOf, takePools } from '../../src/main/cli/pool-option.ts'

const env = (): NodeJS.ProcessEnv => ({ LONGSHORE_PASSWORD: 's3cret' })

test('a pool on the command line is connected to at level advise, with the password of the environment', () => {
  expect(poolsOf({ pool: 'https://xen.example:8443', user: 'root' }, env())).toEqual([
    {
      id: 'xen.example:8443',
      name: 'xen.example:8443',
      url: 'https://xen.example:8443',
      user: 'root',
      password: 's3cret',
      level: 'advise',
    },
  ])
})

test('without --pool there is none', () => {
  expect(poolsOf({ user: 'root' }, {})).toEqual([])
})

test.each([
  ['xen example', 'not the address of a pool'],
  ['ftp://xen.example', 'neither https'],
  ['https://root:hunter2@xen.example', 'holds a user or a password'],
  ['http://xen.example', 'for all to read'],
  ['', 'not the address of a pool'],
])('%o is refused, and not repeated: it might hold a password', (pool, why) => {
  for (const given of [env(), {}]) {
    expect(() => poolsOf({ pool, user: 'root' }, given)).toThrow(why)
    expect(() => poolsOf({ pool, user: 'root' }, given)).not.toThrow('hunter2')
  }
})

test('a missing password says where to put it', () => {
  expect(() => poolsOf({ pool: 'https://xen.example', user: 'root' }, {})).toThrow('no password')
})

test('what is handed to a child process comes out there once', () => {
  const pools = poolsOf({ pool: 'https://xen.example', user: 'root' }, env())
  const child: NodeJS.ProcessEnv = poolEnvironment(pools)
  expect(takePools(child)).toEqual(pools)
  expect(takePools(child)).toEqual([])
})

test('the password is taken out of the environment, so that no child process inherits it', () => {
  for (const pool of [{ pool: 'https://xen.example' }, {}]) {
    const own = env()
    poolsOf({ ...pool, user: 'root' }, own)
    expect(own).toEqual({})
  }
})
