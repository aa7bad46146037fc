import { openStore } from '../../src/main/adapters/sqlite/open-store.ts'
import { aRunOfSamples, BLOCK_START_MS } from './store-records.ts'

/** Run as a process of its own: writes without end, a second at a time, and prints how many are surely on disk. */
const [, , dataDir = ''] = process.argv
const store = await openStore({
  dataDir,
  log: { info: () => {}, warn: () => {}, error: () => {} },
  onTrouble: failure => {
    throw new Error(failure.message)
  },
})
for (let second = 0; ; second += 20) {
  for (let step = second; step < second + 20; step++)
    store.appendSamples(
      ['vm-1', 'vm-2'].flatMap(vmId => aRunOfSamples(vmId, BLOCK_START_MS + step * 1000, 1)),
    )
  await store.decisions(1)
  process.stdout.write(`${second + 20}\n`)
}
