import { expect, test } from 'vitest'
import { labOrder } from '../../../src/renderer/features/settings/lab-order.ts'
import { realLabIds } from '../../../src/shared/model/connection.ts'

const own = { id: realLabIds.own }
const given = { id: realLabIds.given }

test('a lab that is not there can be started, and one that was started here be stopped', () => {
  expect(labOrder([{ id: 'lab' }], [{ kind: 'backup' }])).toEqual({ verb: 'start', disabledBecause: null })
  expect(labOrder([own], [])).toEqual({ verb: 'stop', disabledBecause: null })
})

test('the order that is carried out stays on its button, whether its connection is there yet or still', () => {
  const starting = { verb: 'start', disabledBecause: 'The lab is being started.' }
  expect(labOrder([], [{ kind: 'lab-start' }])).toEqual(starting)
  expect(labOrder([own], [{ kind: 'lab-start' }])).toEqual(starting)
  const stopping = { verb: 'stop', disabledBecause: 'The lab is being stopped.' }
  expect(labOrder([own], [{ kind: 'lab-stop' }])).toEqual(stopping)
  expect(labOrder([], [{ kind: 'lab-stop' }])).toEqual(stopping)
})

test('a lab that Longshore was started with cannot be stopped', () => {
  expect(labOrder([given], [])).toMatchObject({
    verb: 'stop',
    disabledBecause: expect.stringContaining('was started with this lab'),
  })
})
