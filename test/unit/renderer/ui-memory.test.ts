import { expect, test } from 'vitest'
import { rememberedOf } from '../../../src/renderer/state/ui-store.ts'

test('nothing remembered, or what is no JSON, gives the defaults', () => {
  for (const text of [null, '', '{', 'null', '[]', '"x"'])
    expect(rememberedOf(text)).toMatchObject({ theme: 'system', fleetFilter: '', fleetSort: null })
})

test('the column of names cannot be hidden, whatever is remembered', () => {
  expect(rememberedOf('{"fleetHidden":["name","cpu"]}').fleetHidden).toEqual(['cpu'])
})

test('one damaged part falls back alone; the rest is kept', () => {
  const remembered = rememberedOf(
    JSON.stringify({
      theme: 'purple',
      fleetFilter: 'db',
      fleetWidths: { name: 'wide' },
      fleetHidden: ['theta'],
    }),
  )
  expect(remembered).toMatchObject({
    theme: 'system',
    fleetFilter: 'db',
    fleetWidths: {},
    fleetHidden: ['theta'],
  })
})

test('a range that no chart has, or one out of all measure, is not what is shown next time', () => {
  expect(rememberedOf('{"vmRangeMs":3600000}').vmRangeMs).toBe(3_600_000)
  for (const damaged of ['1e30', '-1', '"1 h"', 'null'])
    expect(rememberedOf(`{"vmRangeMs":${damaged}}`).vmRangeMs).toBe(600_000)
})
