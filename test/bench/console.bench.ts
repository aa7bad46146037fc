import { performance } from 'node:perf_hooks'
import type { AppClient } from '../../src/shared/contract/index.ts'
import { rowsOf } from '../../src/shared/rpc/table.ts'
import { serveConsole } from '../support/served-console.ts'
import { deviationOf, medianOf } from './statistics.ts'

const STARTS = 5

/** The first fleet item that holds a figure of a VM. */
const firstLiveValue = async (client: AppClient): Promise<void> => {
  for await (const item of client.stream('fleet.watch', {}, new AbortController().signal)) {
    if (rowsOf(item.vmSamples.rows).some(sample => sample.cpuRatio.origin !== 'unavailable')) return
  }
}

/** Moves a VM by hand and waits for the end. */
const migrateOne = async (client: AppClient): Promise<string> => {
  let vmId: string | undefined
  for await (const item of client.stream('fleet.watch', {}, new AbortController().signal)) {
    vmId = item.inventory?.vms.find(vm => vm.name === 'db-07')?.id
    if (vmId) break
  }
  const { migrationId } = await client.call('migration.start', { vmId: vmId ?? '' })
  for await (const { migrations } of client.stream('migration.watch', {}, new AbortController().signal)) {
    const mine = migrations.find(migration => migration.id === migrationId)
    if (mine?.endedAtMs) return mine.phase
  }
  throw new Error('the migration was never seen to end')
}

export const bench = {
  name: 'console',
  about: 'start, ticks and the longest block of main',
  run: async () => {
    const starts: number[] = []
    const startBlocks: number[] = []
    for (let i = 0; i <= STARTS; i++) {
      const from = performance.now()
      const running = await serveConsole()
      await firstLiveValue(await running.openClient())
      // The first start warms the file cache.
      if (i > 0) starts.push(performance.now() - from)
      const { maxMs } = await running.stop()
      if (i > 0) startBlocks.push(maxMs)
    }

    const running = await serveConsole()
    const client = await running.openClient()
    await firstLiveValue(client)
    running.process.send('started')
    const phase = await migrateOne(client)
    const watchedMs = 60_000
    const watching = AbortSignal.timeout(watchedMs)
    for await (const _ of client.stream('fleet.watch', {}, watching));
    const { maxMs, p99Ms } = await running.stop()

    console.table({
      'start to first live value, ms': {
        min: Math.min(...starts).toFixed(0),
        median: medianOf(starts).toFixed(0),
        deviation: deviationOf(starts).toFixed(0),
        target: '3000',
      },
      'main blocked at most while starting, ms': {
        min: Math.min(...startBlocks).toFixed(0),
        median: medianOf(startBlocks).toFixed(0),
        deviation: deviationOf(startBlocks).toFixed(0),
        target: '',
      },
      [`main blocked at most in a migration (${phase}) and ${watchedMs / 1000} s of watching, ms`]: {
        min: '',
        median: maxMs.toFixed(0),
        deviation: '',
        target: '50',
      },
      'main blocked, 99th percentile, ms': { min: '', median: p99Ms.toFixed(1), deviation: '', target: '' },
    })
  },
}
