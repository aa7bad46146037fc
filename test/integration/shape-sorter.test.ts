import { afterEach, expect, test } from 'vitest'
import { shapeSorter } from '../../src/main/adapters/system/shape-sorter.ts'

const sorter = shapeSorter()
afterEach(() => sorter.close())

test('workloads are sorted in a thread, and refused once it is closed', async () => {
  const aQuestion = () => {
    const row = (vm: number) =>
      Array.from({ length: 60 }, (_, column) => (vm < 3 ? 0.01 : 0.5 + (column % 2) / 50))
    const cpu = Float32Array.from([0, 1, 2, 3, 4, 5].flatMap(row))
    return { poolId: 'p', vmIds: ['a', 'b', 'c', 'd', 'e', 'f'], columnMs: 90_000, cpu, dirty: cpu.slice() }
  }
  const { groups } = await sorter.sort(aQuestion())
  expect(groups.map(group => group.vmIds)).toEqual([
    ['d', 'e', 'f'],
    ['a', 'b', 'c'],
  ])
  expect((await sorter.sort(aQuestion())).groups).toEqual(groups)
  await sorter.close()
  await expect(sorter.sort(aQuestion())).rejects.toThrow('closing')
})
