import { readdirSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { openRecorder, sessionFolder } from '../../src/main/adapters/session/open-recorder.ts'
import { listSegments, openSegment } from '../../src/main/adapters/session/read-session.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { Random } from '../../src/main/core/numeric/random.ts'
import { measured, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import { anInventory, aVm } from '../fakes/fake-hypervisor.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { medianOf } from './statistics.ts'

const SECONDS = 300

/** Noisy seconds of a fleet through the real recorder, a dirty rate of each VM once a minute. */
const measureFleet = async (vmCount: number): Promise<Record<string, string>> => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-bench-'))
  const recorder = openRecorder({ dataDir, version: '0', clock: systemClock, log: silentLog })
  const random = new Random(1)
  const noisy = (value: number) => measured(value * (0.9 + 0.2 * random.unit()))
  const ids = Array.from({ length: vmCount }, (_, vm) => `vm-${vm}-${random.unit()}`)
  recorder.inventory('c', anInventory(ids.map(id => aVm({ id }))))
  const onMain: number[] = []
  const started = performance.now()
  for (let second = 0; second < SECONDS; second++) {
    const load = 0.45 + 0.3 * Math.sin(second / 60)
    const atMs = 1_700_000_000_000 + second * 1000
    const vms = ids.map(vmId => ({
      vmId,
      atMs,
      cpuRatio: noisy(load),
      memoryRatio: measured(0.5),
      ioBytesPerSecond: noisy(load * 4e7),
      diskReadBytesPerSecond: noisy(load * 1e7),
      networkReceiveBytesPerSecond: noisy(load * 1e7),
      dirtyPagesPerSecond: UNAVAILABLE,
      pageFaultsPerSecond: UNAVAILABLE,
    }))
    const fromMs = performance.now()
    recorder.metrics('c', { atMs, vms, hosts: [] })
    for (let vm = second % 60; vm < vmCount; vm += 60) {
      const [vmId = ''] = ids.slice(vm, vm + 1)
      const reading = { vmId, poolMs: atMs, windowMs: 1000, pages: Math.round(9000 * load) }
      recorder.fact({ kind: 'dirty-rate', connectionId: 'c', ...reading })
    }
    // A microtask later all of it has been posted.
    await Promise.resolve()
    onMain.push(performance.now() - fromMs)
    await recorder.flush()
  }
  const totalMs = performance.now() - started
  await recorder.close()
  const folder = sessionFolder(dataDir)
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0)
  const readFrom = performance.now()
  let records = 0
  for (const file of await listSegments(folder)) for (const _ of (await openSegment(file)).records) records++
  const readMs = performance.now() - readFrom
  await rm(dataDir, { recursive: true })
  return {
    'bytes per VM-second': (bytes / (vmCount * SECONDS)).toFixed(2),
    'KiB per VM-hour': ((bytes * 3600) / (vmCount * SECONDS) / 1024).toFixed(1),
    'ms of main a second, median': medianOf(onMain).toFixed(2),
    'ms of main a second, most': Math.max(...onMain).toFixed(2),
    'ms of its thread a second': (totalMs / SECONDS).toFixed(1),
    'records read a second': Math.round((records * 1000) / readMs).toString(),
  }
}

export const bench = {
  name: 'session',
  about: 'sessions recorded, time of main and bytes',
  run: async () => {
    console.table({ '12 VMs': await measureFleet(12), '1,000 VMs': await measureFleet(1000) })
  },
}
