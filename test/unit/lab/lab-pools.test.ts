import { expect, test } from 'vitest'
import { generateLab } from '../../../src/main/adapters/lab/generated-lab.ts'
import {
  CONTROL_DOMAIN_BYTES,
  defaultLabConfig,
  type LabConfig,
} from '../../../src/main/adapters/lab/lab-config.ts'
import { labPools, plainLabConfig } from '../../../src/main/adapters/lab/lab-pools.ts'
import { VirtualPool } from '../../../src/main/adapters/lab/virtual-pool.ts'

const usedBytes = ({ vms }: LabConfig, host: string) =>
  vms.filter(vm => vm.host === host).reduce((sum, vm) => sum + vm.memoryBytes, 0)

test.each([
  [1, 1],
  [1, 100],
  [2, 7],
  [3, 12],
  [16, 1000],
])('%d hosts fit %d VMs, and what one of them carries fits on the others', (hosts, vms) => {
  const config = generateLab('a pool', { hosts, vms, seed: 5 })
  expect(config.hosts).toHaveLength(hosts)
  expect(config.vms).toHaveLength(vms)
  expect(new Set(config.vms.map(({ name }) => name)).size).toBe(vms)
  const [first] = config.hosts
  const perHost = (first?.memoryBytes ?? 0) - CONTROL_DOMAIN_BYTES
  const free = config.hosts.map(({ name }) => perHost - usedBytes(config, name))
  expect(Math.min(...free)).toBeGreaterThanOrEqual(0)
  for (const { name } of hosts > 1 ? config.hosts : []) {
    const elsewhere = config.hosts.filter(other => other.name !== name)
    const room = elsewhere.reduce((sum, other) => sum + perHost - usedBytes(config, other.name), 0)
    expect(room).toBeGreaterThanOrEqual(usedBytes(config, name))
  }
})

test('the same seed gives the same pool, another seed another one', () => {
  const pool = (seed: number) => generateLab('a pool', { hosts: 4, vms: 60, seed })
  expect(pool(3)).toEqual(pool(3))
  expect(pool(3)).not.toEqual(pool(4))
})

test('of fifty generated VMs some are of every kind', () => {
  const kinds = generateLab('a pool', { hosts: 2, vms: 50, seed: 1 }).vms.map(({ workload }) => workload.kind)
  const count = (kind: string) => kinds.filter(one => one === kind).length
  expect(['idle', 'daily', 'trace', 'batch', 'storm', 'cpu', 'memory-test'].map(count)).toEqual([
    20, 12, 8, 4, 3, 2, 1,
  ])
})

test('a lab has pool A as it comes unless a size is asked for, and the plain pool B', () => {
  expect(labPools({ seed: 1 })).toEqual([defaultLabConfig, plainLabConfig])
  const [sized, plain] = labPools({ seed: 1, hosts: 5 })
  expect([sized?.poolName, sized?.hosts.length, sized?.vms.length]).toEqual(['lab A', 5, 12])
  expect([plain?.poolName, plain?.hasPlugin, plain?.hosts.length, plain?.vms.length]).toEqual([
    'lab B',
    false,
    2,
    6,
  ])
})

test('either host of pool B can carry all of its VMs', () => {
  const all = plainLabConfig.hosts.reduce((sum, { name }) => sum + usedBytes(plainLabConfig, name), 0)
  for (const host of plainLabConfig.hosts)
    expect(host.memoryBytes - CONTROL_DOMAIN_BYTES).toBeGreaterThanOrEqual(all)
})

test('every workload of the pools gives numbers, in the ten minutes before the start too', () => {
  for (const config of [...labPools({ seed: 1 }), generateLab('a pool', { hosts: 2, vms: 50, seed: 9 })]) {
    const addresses = config.hosts.map(({ address }) => address)
    const pool = new VirtualPool({ config, seed: 1, startedAtMs: 1.8e12, addresses })
    for (const vm of pool.vms)
      for (const ms of [-600_000, 0, 1_234_567]) {
        const { writesPerSecond, ...rest } = vm.workload(ms)
        expect(writesPerSecond).toHaveLength(vm.classes.length)
        expect([...writesPerSecond, ...Object.values(rest)].every(value => value >= 0)).toBe(true)
      }
  }
})
