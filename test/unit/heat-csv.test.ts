import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HeatCsv } from '../../src/main/cli/heat-csv.ts'

const figure = fc.double({ min: 0, max: 1e12, noNaN: true })

test('every figure arrives as it was written, wherever the text is cut into pieces', () => {
  const rows = fc.array(fc.tuple(figure, figure, figure), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 50 }), (figures, length) => {
      const lines = figures.map((row, page) => [page, ...row].join(','))
      const text = ['page,frequency,locality,recency', ...lines].join('\n')
      const table = new HeatCsv('The table')
      for (let from = 0; from < text.length; from += length) table.push(text.slice(from, from + length))
      const { frequency, locality, recency } = table.end()
      const read = Array.from(frequency, (f, row) => [f, locality[row], recency[row]])
      expect(read).toEqual(figures.map(row => row.map(value => value + 0)))
    }),
    { seed: 7 },
  )
})

test('more rows than the columns first hold are all kept', () => {
  const table = new HeatCsv('The table')
  table.push('page,frequency,locality,recency\n')
  for (let page = 0; page < 70_000; page++) table.push(`${page},${page},0,1\n`)
  const { frequency, recency } = table.end()
  expect([frequency.length, frequency[69_999], recency[69_999]]).toEqual([70_000, 69_999, 1])
})

test('a line without an end is refused before it fills the memory', () => {
  const table = new HeatCsv('The table')
  expect(() => {
    for (let piece = 0; piece < 10_000; piece++) table.push('x'.repeat(1000))
  }).toThrow('The table cannot be read: line 1 is longer than 65536 characters')
})

test.each([
  {
    name: 'no header',
    text: '0,1,2,3\n',
    says: 'line 1 is "0,1,2,3", which lacks page, frequency, locality, recency',
  },
  {
    name: 'a column twice',
    text: 'page,frequency,locality,recency,page\n',
    says: 'names the column page twice',
  },
  { name: 'nothing', text: '', says: 'is empty' },
  { name: 'no pages', text: 'page,frequency,locality,recency\n', says: 'has a header but no pages' },
  {
    name: 'a missing field',
    text: 'page,frequency,locality,recency\n0,1,2\n',
    says: 'line 2 has 3 fields where the header has 4',
  },
  {
    name: 'a negative figure',
    text: 'page,frequency,locality,recency\n0,1,1,1\n1,-2,1,1\n',
    says: 'line 3 has "-2" as frequency; allowed are decimal numbers from 0 to 1e+100',
  },
  {
    name: 'a word',
    text: 'page,frequency,locality,recency\n0,1,often,1\n',
    says: 'line 2 has "often" as locality',
  },
  {
    name: 'an empty field',
    text: 'page,frequency,locality,recency\n0,1,0,\n',
    says: 'line 2 has "" as recency',
  },
  {
    name: 'NaN',
    text: 'page,frequency,locality,recency\n0,NaN,0,1\n',
    says: 'line 2 has "NaN" as frequency',
  },
  {
    name: 'a hexadecimal figure',
    text: 'page,frequency,locality,recency\n0,0x1F,0,1\n',
    says: 'line 2 has "0x1F" as frequency',
  },
  {
    name: 'a page that is no number',
    text: 'page,frequency,locality,recency\n-1,1,0,1\n',
    says: 'line 2 has "-1" as page; allowed are whole numbers from 0',
  },
  {
    name: 'a stray quotation mark',
    text: 'page,frequency,locality,recency\n0,1"2,0,1\n',
    says: 'line 2 has a quotation mark inside a field',
  },
])('$name is refused with its place and what is allowed', ({ text, says }) => {
  const read = () => {
    const table = new HeatCsv('The table')
    table.push(text)
    table.end()
  }
  expect(read).toThrow(says)
})
