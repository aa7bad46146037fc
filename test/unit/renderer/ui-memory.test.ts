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
