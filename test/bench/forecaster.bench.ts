import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { startForecaster } from '../../src/main/adapters/tensor/start-forecaster.ts'
import { WINDOW_SIZE } from '../../src/main/core/forecast/features.ts'
import { Random } from '../../src/main/core/numeric/random.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { deviationOf, medianOf } from './statistics.ts'

const WARM_UP = 3
const ROUNDS = 20

const someWindows = (count: number): Float32Array => {
  const random = new Random(count)
  return Float32Array.from({ length: count * WINDOW_SIZE }, (_, at) =>
    at % 5 === 4 ? Number.NaN : random.unit() * ([1, 1, 1e8, 1e5][at % 5] ?? 0),
  )
}

/** One tick's forecasts as the console asks for them: thread and transfer included. */
export const bench = {
  name: 'forecaster',
  about: 'forecasts of 12 and 1,000 VMs in their worker',
  run: async () => {
    const startedMs = performance.now()
    const modelDir = path.join(import.meta.dirname, '../../resources/forecaster')
    const backend = startForecaster({ modelDir, log: silentLog })
    const info = await backend.info
    console.log(`${info.backend}, ready after ${(performance.now() - startedMs).toFixed(0)} ms`)
    const rows: Record<string, Record<string, string>> = {}
    for (const count of [1, 12, 1000]) {
      const windows = someWindows(count)
      const times: number[] = []
      for (let round = 0; round < WARM_UP + ROUNDS; round++) {
        const fromMs = performance.now()
        await backend.predict(windows, count)
        if (round >= WARM_UP) times.push(performance.now() - fromMs)
      }
      rows[`${count} VMs`] = {
        'min ms': Math.min(...times).toFixed(2),
        'median ms': medianOf(times).toFixed(2),
        'deviation ms': deviationOf(times).toFixed(2),
        'us per VM': ((medianOf(times) * 1000) / count).toFixed(1),
      }
    }
    await backend.close()
    console.table(rows)
  },
}
