import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readModel } from '../../src/main/adapters/tensor/model-file.ts'
import { startForecaster } from '../../src/main/adapters/tensor/start-forecaster.ts'
import { startTraining } from '../../src/main/adapters/tensor/start-training.ts'
import { trainingDefaults } from '../../src/main/adapters/tensor/train-network.ts'
import { FEATURE_COUNT, OUTPUT_COUNT, WINDOW_SIZE } from '../../src/main/core/forecast/features.ts'
import type { ForecasterBackend } from '../../src/main/ports/forecaster-backend.ts'
import { silentLog } from '../fakes/silent-log.ts'

const shippedDir = join(import.meta.dirname, '../../resources/forecaster')
const tracesDir = join(import.meta.dirname, '../../resources/traces')

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const start = (modelDir: string): ForecasterBackend => {
  const backend = startForecaster({ modelDir, log: silentLog })
  cleanUps.push(() => backend.close())
  return backend
}

const aFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'forecaster-'))
  cleanUps.push(() => rm(folder, { recursive: true }))
  return folder
}

const workersNow = () => process.getActiveResourcesInfo().filter(name => name === 'MessagePort').length

/** A VM that does the same for 20 s. */
const aWindow = ({ cpu = 0.3, dirty = 2000 } = {}) =>
  Float32Array.from(
    { length: WINDOW_SIZE },
    (_, at) => [cpu, 0.7, 5e6, dirty, Number.NaN][at % FEATURE_COUNT] ?? 0,
  )

test('the shipped forecaster loads and says what it is', async () => {
  const info = await start(shippedDir).info
  expect(info).toMatchObject({ windowSteps: 20, features: 5, horizons: [1, 10, 30, 60] })
  expect(info.backend).toMatch(/^tfjs-(node|wasm|cpu)$/)
  expect(info.skill).toBe((await readModel(shippedDir)).skill)
})

test('the shipped forecaster gives finite rates and CPU ratios whatever is known of a VM', async () => {
  const backend = start(shippedDir)
  const windows = [
    aWindow(),
    aWindow({ cpu: 0, dirty: 0 }),
    aWindow({ cpu: 1, dirty: 400_000 }),
    aWindow({ dirty: Number.NaN }),
    new Float32Array(WINDOW_SIZE).fill(Number.NaN),
    new Float32Array(WINDOW_SIZE).fill(1e30),
  ]
  const forecasts = await backend.predict(Float32Array.from(windows.flatMap(one => [...one])), windows.length)
  expect(forecasts).toHaveLength(windows.length * OUTPUT_COUNT)
  for (const [index, value] of forecasts.entries()) {
    expect(value).toBeGreaterThanOrEqual(0)
    expect(value).toBeLessThanOrEqual(index % 2 === 1 ? 1 : 3.5e38)
  }
})

test('a VM that goes on as before is forecast to go on about as before in the next second', async () => {
  const forecasts = await start(shippedDir).predict(aWindow({ cpu: 0.3, dirty: 2000 }), 1)
  expect(forecasts[0]).toBeGreaterThan(1000)
  expect(forecasts[0]).toBeLessThan(4000)
  expect(forecasts[1]).toBeGreaterThan(0.2)
  expect(forecasts[1]).toBeLessThan(0.4)
})

test('each request gets its own answer, and the caller keeps its array', async () => {
  const backend = start(shippedDir)
  const [calm, stormy] = [aWindow(), aWindow({ cpu: 0.9, dirty: 200_000 })]
  const alone = [await backend.predict(calm, 1), await backend.predict(stormy, 1)]
  const together = await Promise.all([backend.predict(calm, 1), backend.predict(stormy, 1)])
  expect(together).toEqual(alone)
  expect(calm).toHaveLength(WINDOW_SIZE)
})

test('no windows give no forecasts, and a wrong number of values is refused', async () => {
  const backend = start(shippedDir)
  expect(await backend.predict(new Float32Array(0), 0)).toHaveLength(0)
  await expect(backend.predict(new Float32Array(7), 1)).rejects.toThrow(RangeError)
})

test('a missing or damaged model is a plain sentence with a remedy, also for forecasts', async () => {
  const folder = await aFolder()
  const file = join(folder, 'forecaster.json')
  const whole = await readFile(join(shippedDir, 'forecaster.json'), 'utf8')
  const damages = [
    { text: undefined, why: 'the file cannot be read' },
    { text: whole.slice(0, 5000), why: 'it is damaged' },
    {
      text: whole.replace('"windowSteps": 20', '"windowSteps": 30'),
      why: 'it is damaged or made for another version',
    },
    {
      text: whole.replace(/"float32Base64": "..../, '"float32Base64": "AAAA'),
      why: 'its weights are damaged',
    },
  ]
  for (const { text, why } of damages) {
    if (text !== undefined) await writeFile(file, text)
    const backend = start(folder)
    const failure = { code: 'storage', message: `The forecaster ${file} cannot be used: ${why}.` }
    await expect(backend.info).rejects.toMatchObject(failure)
    await expect(backend.predict(aWindow(), 1)).rejects.toMatchObject(failure)
    await backend.close()
  }
})

test('closing leaves no thread and refuses what was asked before and after', async () => {
  const before = workersNow()
  const backend = start(shippedDir)
  await backend.info
  expect(workersNow()).toBeGreaterThan(before)
  const pending = [backend.predict(aWindow(), 1), backend.predict(aWindow(), 1)].map(answer =>
    answer.then(
      () => 'answered',
      error => error.code,
    ),
  )
  await backend.close()
  expect(await Promise.all(pending)).toEqual(['closed', 'closed'])
  await expect(backend.predict(aWindow(), 1)).rejects.toMatchObject({ code: 'closed' })
  await backend.close()
  expect(workersNow()).toBe(before)
})

test('closing before it has started is no error', async () => {
  const backend = start(shippedDir)
  await backend.close()
  await expect(backend.info).rejects.toMatchObject({ code: 'closed' })
})

const tiny = { ...trainingDefaults, epochs: 1, trainingWindows: 64, validationWindows: 64 }

test('a trained model is written whole and can be loaded', async () => {
  const outDir = await aFolder()
  const progress: number[] = []
  const order = { dataDir: tracesDir, outDir, options: tiny }
  const { scores } = await startTraining(
    order,
    ({ batch }) => progress.push(batch),
    AbortSignal.timeout(60_000),
  )
  expect(progress).toEqual([1])
  expect(await readdir(outDir)).toEqual(['forecaster.json'])
  expect(scores.map(({ data, dirtyRateEverySteps }) => [data, dirtyRateEverySteps])).toEqual([
    ['both', 5],
    ['recorded', 5],
    ['synthetic', 5],
    ['recorded', 1],
    ['synthetic', 1],
  ])
  expect((await start(outDir).info).skill).toBe(scores[0]?.pooled.skill)
})

test('training that is interrupted leaves the old model and no thread', async () => {
  const outDir = await aFolder()
  await writeFile(join(outDir, 'forecaster.json'), 'old')
  const before = workersNow()
  const interrupted = new AbortController()
  const order = { dataDir: tracesDir, outDir, options: { ...tiny, epochs: 100 } }
  const training = startTraining(order, () => interrupted.abort(), interrupted.signal)
  await expect(training).rejects.toMatchObject({ name: 'AbortError' })
  expect(await readFile(join(outDir, 'forecaster.json'), 'utf8')).toBe('old')
  expect(await readdir(outDir)).toEqual(['forecaster.json'])
  expect(workersNow()).toBe(before)
})

test('a folder without recordings is refused with a remedy', async () => {
  const folder = await aFolder()
  const train = (dataDir: string) =>
    startTraining({ dataDir, outDir: folder, options: tiny }, () => {}, AbortSignal.timeout(60_000))
  await expect(train(folder)).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('no recordings'),
  })
  await expect(train(join(folder, 'none'))).rejects.toMatchObject({ code: 'invalid-input' })
  await writeFile(join(folder, 'bad.csv'), 'a;b\n1;2\n')
  await expect(train(folder)).rejects.toMatchObject({ message: expect.stringContaining('bad.csv') })
})
