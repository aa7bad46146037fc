import { expect, test } from 'vitest'
import { whereAndWho } from '../../../src/renderer/features/settings/connection-words.ts'

const pool = { url: 'https://pool.example', user: 'ops', isLab: false, keep: 'os' } as const

test('a pool is told with its user and where the password is kept, the pool of a lab without', () => {
  expect(whereAndWho(pool)).toBe("https://pool.example, as ops, password in the system's key store")
  expect(whereAndWho({ ...pool, isLab: true })).toBe('https://pool.example, as ops')
})

test('hosts of QEMU are told by their path alone: nobody logs in there', () => {
  expect(whereAndWho({ ...pool, url: 'file:///etc/qemu%20hosts/hosts.json' })).toBe(
    '/etc/qemu hosts/hosts.json',
  )
})
