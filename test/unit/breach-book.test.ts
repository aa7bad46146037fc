import { expect, test } from 'vitest'
import { BreachBook, type Excess } from '../../src/main/services/breach-book.ts'
import type { Breach } from '../../src/shared/model/breach.ts'

const anExcess = (parts: Partial<Excess> = {}): Excess => ({
  subject: 'vm',
  subjectId: 'vm-1',
  subjectName: 'database',
  feature: 'dirty rate',
  unit: 'pages/s',
  limit: 1000,
  value: 1100,
  ...parts,
})

const aBook = () => {
  const told: Breach[] = []
  return { told, book: new BreachBook(breach => told.push(breach)) }
}

test('a breach is told when it begins and, under the same id with its peak, when it ends', () => {
  const { told, book } = aBook()
  for (const [second, value] of [1100, 1900, 1200].entries())
    book.see('pool', second * 1000, [anExcess({ value })])
  book.see('pool', 3000, [])
  book.see('pool', 4000, [])
  const [begun, ended] = told
  expect(told).toHaveLength(2)
  expect(begun).toMatchObject({ connectionId: 'pool', fromMs: 0, untilMs: null, peak: 1100, limit: 1000 })
  expect(ended).toEqual({ ...begun, untilMs: 3000, peak: 1900 })
})

test('features, subjects and pools have breaches of their own', () => {
  const { told, book } = aBook()
  const host = { subject: 'host', subjectId: 'host-1', feature: 'host CPU' } as const
  book.see('a', 0, [anExcess(), anExcess({ feature: 'page faults' }), anExcess(host)])
  book.see('b', 0, [anExcess()])
  book.see('a', 1000, [anExcess()])
  expect(told.map(({ connectionId, feature, untilMs }) => [connectionId, feature, untilMs])).toEqual([
    ['a', 'dirty rate', null],
    ['a', 'page faults', null],
    ['a', 'host CPU', null],
    ['b', 'dirty rate', null],
    ['a', 'page faults', 1000],
    ['a', 'host CPU', 1000],
  ])
})

test('one host that two VMs bear is one breach', () => {
  const { told, book } = aBook()
  const host = { subject: 'host', subjectId: 'host-1', feature: 'host CPU' } as const
  book.see('a', 0, [anExcess({ ...host, value: 1 }), anExcess({ ...host, value: 2 })])
  book.see('a', 1000, [])
  expect(told.map(({ peak, untilMs }) => [peak, untilMs])).toEqual([
    [1, null],
    [2, 1000],
  ])
})
