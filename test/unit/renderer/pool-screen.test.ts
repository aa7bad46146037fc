import { describe, expect, test } from 'vitest'
import { NO_LEVEL } from '../../../src/renderer/charts/pool-heat/sequence.ts'
import {
  askedAt,
  forecastColumns,
  heatCells,
  knownSince,
} from '../../../src/renderer/features/pool/heat-columns.ts'
import { firstLineRead, heatLines, idsRead } from '../../../src/renderer/features/pool/heat-lines.ts'
import { heatScale } from '../../../src/renderer/features/pool/heat-scale.ts'
import {
  forecastReachMs,
  headroomNow,
  likeliestOverload,
  worstAhead,
} from '../../../src/renderer/features/pool/host-figures.ts'
import { highestLoad, loadTitle, overloadText } from '../../../src/renderer/features/pool/load-words.ts'
import { movedCell } from '../../../src/renderer/features/pool/move-cell.ts'
import { shapeGroups } from '../../../src/renderer/features/pool/shape-words.ts'
import { MAX_HEAT_ROWS, type PoolHeat } from '../../../src/shared/contract/pool.ts'
import type { HostLoad } from '../../../src/shared/model/host-load.ts'

const aLoad = (change: Partial<HostLoad> = {}): HostLoad => ({
  hostId: 'h1',
  atMs: 0,
  index: 4.2,
  ratios: { cpu: 0.6, memory: 0.4, disk: null, network: 0.01 },
  outlook: [
    { aheadMs: 1000, cpuRatio: 0.6, loadIndex: 4.2 },
    { aheadMs: 30_000, cpuRatio: 0.9, loadIndex: 16.8 },
    { aheadMs: 60_000, cpuRatio: 0.7, loadIndex: 5.6 },
  ],
  overload: { kind: 'known', probability: 0.34, atMs: 60_000, errors: 180 },
  ...change,
})

test('headroom is what is free now, the worst is where the forecast of CPU is highest', () => {
  expect(headroomNow(aLoad())).toEqual({ cpu: 0.4, memory: 0.6 })
  expect(worstAhead(aLoad())?.aheadMs).toBe(30_000)
  expect(worstAhead(aLoad({ outlook: [] }))).toBeUndefined()
  expect(forecastReachMs([aLoad(), aLoad({ outlook: [] })])).toBe(60_000)
})

test('of several hosts the likeliest to be overloaded is named, and one of which nothing is known is not', () => {
  const unknown = aLoad({ hostId: 'h2', overload: { kind: 'unknown', because: 'It has no forecast.' } })
  expect(likeliestOverload([unknown, aLoad()])?.hostId).toBe('h1')
  expect(likeliestOverload([unknown])).toBeUndefined()
})

test('a load says what it is of and what is left out', () => {
  expect(loadTitle(aLoad())).toBe(
    'Of cpu 60%, memory 40%, network 1%. Left out: disk (no server tells what its disks can do).',
  )
  const blind = aLoad({ index: null, ratios: { cpu: null, memory: 0.4, disk: null, network: null } })
  expect(loadTitle(blind)).toContain('No index without CPU and memory.')
  expect(overloadText({ kind: 'known', probability: 0.01, atMs: 0, errors: 50 })).toBeUndefined()
})

test("a pool's load is the highest of its own hosts", () => {
  const hosts = ['h1', 'h2'].map(id => ({ id, poolId: id === 'h1' ? 'a' : 'b' }))
  const hostLoads = new Map([
    ['h1', aLoad()],
    ['h2', aLoad({ hostId: 'h2', index: 9 })],
  ])
  const fleet = { hosts, hostLoads } as unknown as Parameters<typeof highestLoad>[0]
  expect(highestLoad(fleet, 'a')).toBe(4.2)
  expect(highestLoad(fleet, 'c')).toBeNull()
})

describe('the columns of a heatmap', () => {
  test('are whole, keep their place while time goes on, and end with the one under way', () => {
    const nowMs = 1_700_000_123_000
    const asked = askedAt('6 h', nowMs)
    expect(asked.columns).toBe(240)
    expect((asked.toMs - asked.fromMs) / asked.columns).toBe(90_000)
    expect(asked.fromMs % 90_000).toBe(0)
    expect(asked.toMs - nowMs).toBeGreaterThan(0)
    expect(asked.toMs - nowMs).toBeLessThanOrEqual(90_000)
    expect(askedAt('6 h', nowMs + 1000)).toEqual(asked)
  })

  test('of a forecast are read off at their middle and end where it ends', () => {
    const [first, second, ...rest] = forecastColumns([1000, 10_000, 30_000, 60_000], [0, 9, 29, 59], {
      columnMs: 30_000,
      most: 20,
    })
    // A straight line of a step a second: 15 s and 45 s ahead.
    expect([first, second]).toEqual([expect.closeTo(14), expect.closeTo(44)])
    expect(rest).toEqual([])
    expect(forecastColumns([1000, 60_000], [1, 2], { columnMs: 90_000, most: 40 })).toHaveLength(1)
    expect(forecastColumns([], [], { columnMs: 90_000, most: 40 })).toEqual([])
  })

  test('stand beside each other with their levels, and what is not known has none', () => {
    const heat: PoolHeat = {
      rowIds: ['h1', 'h2'],
      fromMs: 0,
      toMs: 60_000,
      columns: 2,
      values: Float32Array.from([0, 1, Number.NaN, 0.5]),
      forecastAtMs: 60_000,
      aheadMs: [30_000],
      forecast: Float32Array.from([1, Number.NaN]),
    }
    const cells = heatCells(heat, '1 h', value => value)
    expect(cells.columns).toBe(3)
    expect([...cells.rows]).toEqual([
      ['h1', 0],
      ['h2', 1],
    ])
    expect([...cells.levels]).toEqual([0, 63, 63, NO_LEVEL, 32, NO_LEVEL])
    expect(knownSince(heat)).toBe(0)
    expect(knownSince({ ...heat, values: Float32Array.from([Number.NaN, Number.NaN, Number.NaN, 1]) })).toBe(
      30_000,
    )
    expect(knownSince({ ...heat, values: new Float32Array(4).fill(Number.NaN) })).toBeNull()
  })
})

test('lines come group by group, and a group without rows has none', () => {
  const groups = [
    { heading: 'steady', ids: ['b'] },
    { heading: 'idle', ids: [] },
    { heading: null, ids: ['a'] },
  ]
  expect(heatLines(groups, id => id.toUpperCase())).toEqual([
    { kind: 'heading', text: 'steady' },
    { kind: 'row', id: 'b', name: 'B' },
    { kind: 'row', id: 'a', name: 'A' },
  ])
})

test('of ten thousand lines those about the view are read, and not others for each line that is scrolled', () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `vm-${at}`)
  const lines = heatLines([{ heading: 'all', ids }], id => id)
  for (const first of [0, 1, 31, 32, 5000, 9970]) {
    const read = new Set(idsRead(lines, firstLineRead(first)))
    const inView = lines.slice(first, first + 32).flatMap(line => (line.kind === 'row' ? line.id : []))
    expect(inView.filter(id => !read.has(id))).toEqual([])
    expect(read.size).toBeLessThanOrEqual(MAX_HEAT_ROWS)
  }
  expect(firstLineRead(5007)).toBe(firstLineRead(4992))
})

test.each([
  ['load', 'hosts', 4, 0.5],
  ['load', 'hosts', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ['cpu', 'vms', 0.3, 0.3],
  ['dirty', 'vms', 25, 0.5],
  ['dirty', 'hosts', 50, 0.5],
  ['risk', 'vms', 1, 1],
] as const)('the colours of %s of %s: %f stands at %f of them', (figure, by, value, share) => {
  expect(heatScale(figure, by, 100).shareOf(value)).toBeCloseTo(share)
})

test('keys move from cell to cell, over headings and never past an end', () => {
  const lines = heatLines(
    [
      { heading: 'steady', ids: ['a'] },
      { heading: 'idle', ids: ['b'] },
    ],
    id => id,
  )
  const size = { lines, columns: 10, pastColumns: 8 }
  expect(movedCell('ArrowDown', null, size)).toEqual({ line: 1, column: 7 })
  expect(movedCell('ArrowDown', { line: 1, column: 7 }, size)).toEqual({ line: 3, column: 7 })
  expect(movedCell('ArrowDown', { line: 3, column: 7 }, size)).toEqual({ line: 3, column: 7 })
  expect(movedCell('ArrowUp', { line: 1, column: 7 }, size)).toEqual({ line: 1, column: 7 })
  expect(movedCell('PageDown', { line: 1, column: 7 }, size)).toEqual({ line: 1, column: 9 })
  expect(movedCell('Home', { line: 1, column: 7 }, size)).toEqual({ line: 1, column: 0 })
  expect(movedCell('a', { line: 1, column: 7 }, size)).toBeUndefined()
  expect(movedCell('ArrowDown', null, { ...size, lines: [] })).toBeUndefined()
})

test('VMs stand under the shape of their workload, and those without one come last', () => {
  const group = { periodMs: null, cpuRatio: 0.12, dirtyPagesPerSecond: 768 }
  const shapes = {
    atMs: 0,
    groups: [
      { word: 'periodic', ...group, periodMs: 2_400_000, vmIds: ['c'] },
      { word: 'steady', ...group, vmIds: ['b', 'a'] },
    ],
    unknownVmIds: ['d'],
  } as const
  expect(shapeGroups(shapes, ['a', 'b', 'c', 'd'])).toEqual([
    { heading: 'periodic, every 40:00: 1 VM, CPU 12%, 3.00 MiB/s dirty', ids: ['c'] },
    { heading: 'steady: 2 VMs, CPU 12%, 3.00 MiB/s dirty', ids: ['a', 'b'] },
    { heading: 'shape not known yet: it takes ten minutes of figures', ids: ['d'] },
  ])
  expect(shapeGroups(null, ['a'])).toEqual([{ heading: null, ids: ['a'] }])
})
