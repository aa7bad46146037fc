import { openRecorder } from '../../src/main/adapters/session/open-recorder.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { silentLog } from '../fakes/silent-log.ts'

/** Run as a process of its own: records without end and prints how many records are surely on disk. */
const [, , dataDir = ''] = process.argv
const recorder = openRecorder({ dataDir, version: '0', clock: systemClock, log: silentLog })
for (let count = 50; ; count += 50) {
  for (let i = 0; i < 50; i++) recorder.fact({ kind: 'stop', stopped: i % 2 === 0 })
  await recorder.flush()
  process.stdout.write(`${count}\n`)
}
