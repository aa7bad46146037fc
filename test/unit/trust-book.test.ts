import { expect, test } from 'vitest'
import { TrustBook } from '../../src/main/services/trust-book.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { aFingerprint } from '../support/a-certificate-question.ts'

const aBook = () => {
  const store = memoryStore()
  const clock = new FakeClock(1000)
  return { store, clock, book: new TrustBook({ store, clock }) }
}
const [A, B] = [aFingerprint('AA'), aFingerprint('BB')]

test('what the operator trusts is pinned from now on, for every connection to that address', async () => {
  const { book, store } = aBook()
  book.trust('xen:443', A)
  const pin = { address: 'xen:443', fingerprint: A, sinceMs: 1000, by: 'operator' }
  expect(book.of('c').pinOf('xen:443')).toEqual(pin)
  expect(book.of('c').pinOf('xen:8443')).toBeUndefined()
  expect(await store.pins()).toEqual([pin])
})

test("a pool vouches for its members, but never against the operator's word", () => {
  const { book, clock } = aBook()
  book.trust('master:443', A)
  book.of('c').vouch('master:443', B)
  book.of('c').vouch('slave:443', A)
  expect(book.of('c').pinOf('master:443')).toMatchObject({ fingerprint: A, by: 'operator' })
  expect(book.of('c').pinOf('slave:443')).toMatchObject({ fingerprint: A, by: 'pool', sinceMs: 1000 })
  return clock.advance(5).then(() => {
    book.of('c').vouch('slave:443', A)
    expect(book.of('c').pinOf('slave:443')).toMatchObject({ sinceMs: 1000 })
    book.of('c').vouch('slave:443', B)
    expect(book.of('c').pinOf('slave:443')).toMatchObject({ fingerprint: B, sinceMs: 1005 })
  })
})

test('a connection has the pins of its address and of the members it met', () => {
  const { book } = aBook()
  for (const address of ['xen:443', 'slave:443', 'stranger:443']) book.trust(address, A)
  book.of('c').pinOf('slave:443')
  const addresses = book.pinsOf('c', 'https://xen').map(({ address }) => address)
  expect(addresses).toEqual(['xen:443', 'slave:443'])
})

test('the pins of members that an earlier run met go with the connection', async () => {
  const { book, store } = aBook()
  for (const address of ['xen:8443', '10.0.0.2:8443', '[::2]:8443', '10.0.0.2:443']) book.trust(address, A)
  book.noteMembers('c', 'https://xen:8443', ['10.0.0.2', '::2'])
  book.forget('c', 'https://xen:8443', [])
  expect((await store.pins()).map(({ address }) => address)).toEqual(['10.0.0.2:443'])
})

test('forgetting a connection forgets its pins but those that another connection needs', async () => {
  const { book, store } = aBook()
  for (const address of ['xen:443', 'shared:443', 'other:443']) book.trust(address, A)
  book.of('c').pinOf('shared:443')
  book.of('d').pinOf('shared:443')
  book.forget('c', 'https://xen', [{ id: 'd', url: 'https://other' }])
  expect((await store.pins()).map(({ address }) => address)).toEqual(['shared:443', 'other:443'])
  expect(book.of('e').pinOf('xen:443')).toBeUndefined()
})

test('a test of a connection may ask but leaves nothing behind', async () => {
  const { book, store } = aBook()
  book.forTest().vouch('xen:443', A)
  expect(book.forTest().pinOf('xen:443')).toBeUndefined()
  expect(await store.pins()).toEqual([])
})

test('what earlier runs trusted is trusted, and each change is told', () => {
  const { book } = aBook()
  let told = 0
  book.onChange(() => told++)
  book.restore([{ address: 'xen:443', fingerprint: A, sinceMs: 7, by: 'operator' }])
  expect(book.of('c').pinOf('xen:443')).toMatchObject({ sinceMs: 7 })
  book.trust('xen:443', B)
  expect(told).toBe(1)
})
