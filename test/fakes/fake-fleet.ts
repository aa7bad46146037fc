import { FULL_CAPABILITIES } from '../../src/main/core/simulation/case-capabilities.ts'
import type { FleetItem, Risk } from '../../src/shared/contract/fleet.ts'
import type { Forecast } from '../../src/shared/model/forecast.ts'
import type { Host } from '../../src/shared/model/host.ts'
import type { HostLoad } from '../../src/shared/model/host-load.ts'
import { type Measure, measured, numberOf, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import type { Pool } from '../../src/shared/model/pool.ts'
import { NO_GUARDS } from '../../src/shared/model/pool-guards.ts'
import type { HostSample, VmSample } from '../../src/shared/model/sample.ts'
import type { Vm } from '../../src/shared/model/vm.ts'
import { GIB } from '../../src/shared/units.ts'

/** mulberry32: uniform numbers in 0..1, the same for the same seed. */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const roles = [
  'db',
  'web',
  'cache',
  'queue',
  'mail',
  'build',
  'api',
  'batch',
  'log',
  'auth',
  'search',
  'files',
]
const LINK = 1.25e9
/** Half of the link, in pages/s: theta. */
const THETA = (LINK * 0.5) / 4096

interface Shape {
  readonly base: number
  readonly swing: number
  readonly periodMs: number
  readonly phase: number
  readonly origin: 'measured' | 'estimated' | 'held' | 'unavailable'
}

export interface FakeFleet {
  readonly pools: readonly Pool[]
  readonly hosts: readonly Host[]
  vms: readonly Vm[]
  dirtyAt(vmId: string, atMs: number): number
  item(atMs: number, options: { readonly isFirst: boolean }): FleetItem
}

const aHost = (poolId: string, index: number): Host => ({
  id: `${poolId}-host-${index + 1}`,
  poolId,
  name: `host-${index + 1}`,
  address: `10.0.0.${index + 1}`,
  cpuCount: 16,
  memoryBytes: 64 * GIB,
  enabled: true,
  live: true,
  capabilities: { ...FULL_CAPABILITIES, throttle: false, priority: false, diskCopy: false },
})

const aPool = (index: number): Pool => ({
  id: `pool-${index + 1}`,
  connectionId: `connection-${index + 1}`,
  name: `lab ${String.fromCharCode(65 + index)}`,
  masterHostId: `pool-${index + 1}-host-1`,
  linkBytesPerSecond: LINK,
  isLab: index === 0,
  timeScale: index === 0 ? 10 : 1,
  guards: NO_GUARDS,
  remarks:
    index === 0
      ? ['Recorded workloads: one row of 300 s plays in 10 s', 'Clock runs at 10x; 1x while a VM migrates']
      : [],
})

/** A seeded fleet whose figures are functions of time. */
export const fakeFleet = (options: {
  readonly seed: number
  readonly pools: number
  readonly hostsPerPool: number
  readonly vms: number
}): FakeFleet => {
  const random = randomOf(options.seed)
  const pools = Array.from({ length: options.pools }, (_, i) => aPool(i))
  const hosts = pools.flatMap(pool =>
    Array.from({ length: options.hostsPerPool }, (_, i) => aHost(pool.id, i)),
  )
  const shapes = new Map<string, Shape>()
  const vms = Array.from({ length: options.vms }, (_, i): Vm => {
    const host = hosts[i % hosts.length]
    const id = `vm-${i + 1}`
    const isStorming = i === 0
    shapes.set(id, {
      base: isStorming ? 90_000 : 300 + random() ** 3 * 60_000,
      swing: isStorming ? 0.9 : 0.1 + random() * 0.6,
      periodMs: 120_000 + random() * 500_000,
      phase: isStorming ? 4 : random() * 6.28,
      origin: i % 9 === 4 ? 'estimated' : i % 11 === 6 ? 'held' : i % 13 === 8 ? 'unavailable' : 'measured',
    })
    const memoryBytes = (1 + Math.floor(random() * 8)) * GIB
    return {
      id,
      poolId: host?.poolId ?? '',
      hostId: i % 17 === 16 ? null : (host?.id ?? null),
      name: `${roles[i % roles.length]}-${String(Math.floor(i / roles.length) + 1).padStart(2, '0')}`,
      description: '',
      powerState: i % 17 === 16 ? 'halted' : 'running',
      memoryBytes,
      memoryMinBytes: i % 9 === 4 ? memoryBytes / 2 : memoryBytes,
      vcpuCount: 2 + Math.floor(random() * 3) * 2,
      immovableBecause: i % 12 === 7 ? 'It has a PCI device passed through from its host.' : null,
      currentOperations: [],
    }
  })

  const dirtyAt = (vmId: string, atMs: number): number => {
    const shape = shapes.get(vmId)
    if (!shape) return 0
    const wave = Math.sin((atMs / shape.periodMs) * 6.283 + shape.phase)
    const jitter = randomOf(Math.floor(atMs / 1000) + shape.base)() - 0.5
    return Math.max(0, Math.round(shape.base * (1 + shape.swing * wave + 0.08 * jitter)))
  }
  const dirtyMeasure = (vmId: string, atMs: number): Measure => {
    const value = dirtyAt(vmId, atMs)
    switch (shapes.get(vmId)?.origin) {
      case 'estimated':
        return { origin: 'estimated', value, ageMs: 0 }
      case 'held':
        return { origin: 'measured', value, ageMs: 14_000 }
      case 'unavailable':
        return UNAVAILABLE
      default:
        return measured(value)
    }
  }
  const cpuAt = (vmId: string, atMs: number) =>
    Math.min(1, 0.08 + dirtyAt(vmId, atMs) / 200_000 + 0.1 * randomOf(atMs / 1000 + vmId.length)())

  const vmSample = (vm: Vm, atMs: number): VmSample => ({
    vmId: vm.id,
    atMs,
    cpuRatio: measured(cpuAt(vm.id, atMs)),
    memoryRatio: measured(0.35 + 0.4 * Math.abs(Math.sin(vm.memoryBytes))),
    ioBytesPerSecond: measured(dirtyAt(vm.id, atMs) * 900),
    diskReadBytesPerSecond: measured(dirtyAt(vm.id, atMs) * 200),
    networkReceiveBytesPerSecond: measured(dirtyAt(vm.id, atMs) * 300),
    dirtyPagesPerSecond: dirtyMeasure(vm.id, atMs),
    pageFaultsPerSecond: measured(dirtyAt(vm.id, atMs) / 30),
  })
  const hostSample = (host: Host, atMs: number): HostSample => {
    const wave = 0.5 + 0.3 * Math.sin(atMs / 90_000 + host.id.length + host.name.charCodeAt(5))
    return {
      hostId: host.id,
      atMs,
      cpuRatio: measured(wave),
      memoryRatio: measured(0.71),
      memoryFreeBytes: measured(host.memoryBytes * 0.29),
      ioBytesPerSecond: measured(2e8 * wave),
      networkBytesPerSecond: measured(1.2e8 * wave),
    }
  }
  const hostLoad = (host: Host, atMs: number): HostLoad => {
    const cpu = numberOf(hostSample(host, atMs).cpuRatio) ?? 0
    const indexAt = (cpuRatio: number) => 1 / ((1 - cpuRatio) * 0.29 * 0.9)
    return {
      hostId: host.id,
      atMs,
      index: indexAt(cpu),
      ratios: { cpu, memory: 0.71, disk: null, network: 0.1 },
      outlook: [1, 10, 30, 60].map(s => {
        const cpuRatio = numberOf(hostSample(host, atMs + s * 1000).cpuRatio) ?? 0
        return { aheadMs: s * 1000, cpuRatio, loadIndex: indexAt(cpuRatio) }
      }),
      overload: { kind: 'known', probability: cpu > 0.6 ? 0.34 : 0, atMs: atMs + 60_000, errors: 180 },
    }
  }
  const forecast = (vm: Vm, atMs: number): Forecast => ({
    vmId: vm.id,
    atMs,
    points: [1, 5, 10, 20, 30, 45, 60].map(s => ({
      aheadMs: s * 1000,
      dirtyPagesPerSecond: dirtyAt(vm.id, atMs + s * 1000),
      cpuRatio: cpuAt(vm.id, atMs + s * 1000),
    })),
  })
  const risk = (vm: Vm, atMs: number): Risk => {
    const ahead = [0, 15, 30, 45, 60].find(s => dirtyAt(vm.id, atMs + s * 1000) > THETA)
    if (ahead !== undefined)
      return {
        vmId: vm.id,
        level: 'high',
        expectedAtMs: ahead === 0 ? null : atMs + ahead * 1000,
        reason:
          'The dirty rate is forecast to pass half of the link: a migration after that would not converge.',
      }
    const near = dirtyAt(vm.id, atMs + 60_000) > THETA * 0.4
    return near
      ? { vmId: vm.id, level: 'watch', expectedAtMs: null, reason: 'The dirty rate comes near the trigger.' }
      : {
          vmId: vm.id,
          level: 'none',
          expectedAtMs: null,
          reason: 'The dirty rate stays well below the trigger.',
        }
  }

  const fleet: FakeFleet = {
    pools,
    hosts,
    vms,
    dirtyAt,
    item(atMs, { isFirst }) {
      const running = fleet.vms.filter(vm => vm.powerState === 'running')
      return {
        atMs,
        inventory: isFirst ? { pools, hosts, vms: fleet.vms } : null,
        vmSamples: running.map(vm => vmSample(vm, atMs)),
        hostSamples: hosts.map(host => hostSample(host, atMs)),
        forecasts: running.map(vm => forecast(vm, atMs)),
        hostLoads: hosts.map(host => hostLoad(host, atMs)),
        risks: running.map(vm => risk(vm, atMs)),
        triggerPagesPerSecond: Object.fromEntries(pools.map(pool => [pool.id, THETA])),
      }
    },
  }
  return fleet
}
