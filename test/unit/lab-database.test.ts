import fc from 'fast-check'
import { expect, test } from 'vitest'
import { XapiDatabase } from '../../src/main/adapters/lab/xapi-database.ts'

type Step = readonly ['insert' | 'change' | 'touch' | 'remove' | 'look', number]

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('insert', 'change', 'touch', 'remove', 'look'),
  fc.nat({ max: 5 }),
)

const take = (database: XapiDatabase, [kind, number]: Step, count: number): void => {
  const ref = `OpaqueRef:${number}`
  const exists = database.find('VM', ref) !== undefined
  if (kind === 'insert' && !exists) database.insert('VM', ref, { count })
  if (kind === 'change') database.change('VM', ref, { count })
  if (kind === 'touch' && exists) database.touch('vm', ref)
  if (kind === 'remove') database.remove('VM', ref)
}

test('who applies the changes since its token has what the database has, however short the log', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(2, 5, 1000), (steps, logLength) => {
      const database = new XapiDatabase(['VM', 'task'], logLength)
      const known = new Map<string, unknown>()
      let generation = 0
      for (const [count, one] of [...steps, ['look', 0] as const].entries()) {
        take(database, one, count)
        if (one[0] !== 'look') continue
        for (const { operation, ref, snapshot } of database.changesSince(generation)) {
          expect(operation === 'add').toBe(snapshot !== undefined && !known.has(ref))
          if (operation === 'del') known.delete(ref)
          else known.set(ref, snapshot)
        }
        ;({ generation } = database)
        expect(Object.fromEntries(known)).toEqual(database.records('VM'))
      }
    }),
    { seed: 7, numRuns: 300 },
  )
})

test('an object that changed often is one change, and what is not wanted is none', () => {
  const database = new XapiDatabase(['VM', 'task'])
  database.insert('VM', 'a', { n: 0 })
  database.insert('VM', 'b', { n: 0 })
  const before = database.generation
  for (let n = 1; n < 9; n++) database.change('VM', 'a', { n })
  database.insert('task', 't', {})
  expect(database.changesSince(before, className => className === 'VM')).toEqual([
    { className: 'VM', operation: 'mod', ref: 'a', generation: before + 8, snapshot: { n: 8 } },
  ])
})
