import { expect, test } from 'vitest'
import { defaultLabConfig } from '../../../src/main/adapters/lab/lab-config.ts'
import { type RrdUpdates, rrdUpdates } from '../../../src/main/adapters/lab/rrd-updates.ts'
import { VirtualPool } from '../../../src/main/adapters/lab/virtual-pool.ts'

/** A whole hour of lab time. */
const START_MS = 1_800_000_000_000

const aPool = () =>
  new VirtualPool({
    config: defaultLabConfig,
    seed: 1,
    startedAtMs: START_MS,
    addresses: defaultLabConfig.hosts.map(({ address }) => address),
  })

const asked = (pool: VirtualPool, nowMs: number, ago: { seconds: number; interval?: number }): RrdUpdates =>
  rrdUpdates(pool, pool.hosts, {
    startSeconds: nowMs / 1000 - ago.seconds,
    intervalSeconds: ago.interval ?? 0,
    withHosts: true,
    vmUuids: null,
    nowMs,
  })

const numbers = ({ data }: RrdUpdates) => data.map(({ values }) => values.map(Number))
const isKnown = (row: readonly number[]) => row.every(Number.isFinite)
const isUnknown = (row: readonly number[]) => row.every(Number.isNaN)

test('a lab that has just started knows its last ten minutes in rows of 5 s', () => {
  const rows = asked(aPool(), START_MS, { seconds: 595 })
  expect([rows.meta.step, rows.meta.rows, rows.meta.end]).toEqual([5, 120, START_MS / 1000])
  expect(numbers(rows).every(isKnown)).toBe(true)
  const cpu = rows.meta.legend.findIndex(entry => entry.endsWith(':cpu_avg'))
  expect(new Set(rows.data.map(({ values }) => values[cpu])).size).toBeGreaterThan(100)
})

test('a row of a minute is the mean of its twelve rows of 5 s', () => {
  const pool = aPool()
  const nowMs = START_MS + 60_000
  const [minute = []] = numbers(asked(pool, nowMs, { seconds: 60, interval: 60 }))
  const fine = numbers(asked(pool, nowMs, { seconds: 55 }))
  expect(fine).toHaveLength(12)
  for (const [column, value] of minute.entries()) {
    const mean = fine.reduce((sum, row) => sum + (row[column] ?? 0), 0) / fine.length
    expect(Math.abs(value - mean)).toBeLessThanOrEqual(2e-5 * Math.abs(mean) + 1e-9)
  }
})

test('before the ten minutes there is nothing, and a coarser row is known by half', () => {
  const pool = aPool()
  const minutes = asked(pool, START_MS, { seconds: 7000 })
  expect([minutes.meta.step, minutes.meta.rows]).toEqual([60, 117])
  expect(numbers(minutes).map(isKnown).lastIndexOf(true)).toBe(9)
  expect(numbers(minutes).slice(10).every(isUnknown)).toBe(true)
  const hours = (nowMs: number) => asked(pool, nowMs, { seconds: 3 * 3600, interval: 3600 })
  expect(numbers(hours(START_MS)).every(isUnknown)).toBe(true)
  expect(numbers(hours(START_MS + 3_600_000)).map(isKnown)).toEqual([true, false, false, false])
  expect(asked(pool, START_MS, { seconds: 3e6 }).meta.step).toBe(86_400)
})

test('a host’s rows follow the VMs that ran on it at the time', () => {
  const pool = aPool()
  const [vm, to] = [pool.vms[0], pool.hosts[2]]
  if (vm === undefined || to === undefined) throw new Error('a VM and a third host expected')
  const free = () => {
    const { meta, data } = asked(pool, START_MS + 10_000, { seconds: 10 })
    const column = meta.legend.indexOf(`AVERAGE:host:${to.uuid}:memory_free_kib`)
    return data.map(({ values }) => Number(values[column]))
  }
  const [, , before = 0] = free()
  pool.move(vm, to, START_MS + 3000)
  const [newest = 0, middle, oldest] = free()
  expect(before - newest).toBeCloseTo(vm.config.memoryBytes / 1024, -3)
  expect([middle, oldest]).toEqual([newest, before])
})
