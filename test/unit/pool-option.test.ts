import { expect, test } from 'vitest'
import { poolEnvironment, poolsOf, takePools } from '../../src/main/cli/pool-option.ts'

const env = { LONGSHORE_PASSWORD: 's3cret' }

test('a pool on the command line is connected to at level advise, with the password of the environment', () => {
  expect(poolsOf({ pool: 'https://xen.example:8443', user: 'root' }, env)).toEqual([
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
  'xen.example',
  'ftp://xen.example',
  'https://root:pw@xen.example',
  '',
])('%o is no address of a pool', pool => {
  expect(() => poolsOf({ pool, user: 'root' }, env)).toThrow('not the address of a pool')
})

test('a missing password says where to put it', () => {
  expect(() => poolsOf({ pool: 'https://xen.example', user: 'root' }, {})).toThrow('no password')
})

test('what is handed to a child process comes out there once', () => {
  const pools = poolsOf({ pool: 'https://xen.example', user: 'root' }, env)
  const child: NodeJS.ProcessEnv = poolEnvironment(pools)
  expect(takePools(child)).toEqual(pools)
  expect(takePools(child)).toEqual([])
})
