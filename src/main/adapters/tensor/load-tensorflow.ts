import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { Failure } from '../../../shared/failure.ts'

/** tfjs with the fastest backend that this machine loads. */
export interface TensorFlow {
  readonly backend: 'tfjs-node' | 'tfjs-wasm' | 'tfjs-cpu'
  readonly core: typeof import('@tensorflow/tfjs-core')
  readonly layers: typeof import('@tensorflow/tfjs-layers')
}

// Not named require: the bundler declares one of its own in every built file that mentions it.
const requireHere = createRequire(import.meta.url)

/**
 * The native library, where its optional package could be installed. It calls `util.isNullOrUndefined`, which Node 23
 * removed, so that is put back first. The name is a variable because the package is usually absent.
 */
const tryNative = async (core: TensorFlow['core']): Promise<boolean> => {
  const name: string = '@tensorflow/tfjs-node'
  try {
    requireHere.resolve(name)
    const util: Record<string, unknown> = requireHere('node:util')
    util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
    await import(name)
    return await core.setBackend('tensorflow')
  } catch {
    return false
  }
}

/** SIMD WebAssembly on one thread: tfjs's threaded build fails in Node. */
const tryWasm = async (core: TensorFlow['core']): Promise<boolean> => {
  try {
    const wasm = await import('@tensorflow/tfjs-backend-wasm')
    wasm.setWasmPaths(
      join(dirname(requireHere.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist') + sep,
    )
    core.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
    wasm.setThreadsCount(1)
    return await core.setBackend('wasm')
  } catch {
    return false
  }
}

const tryCpu = async (core: TensorFlow['core']): Promise<boolean> => {
  try {
    await import('@tensorflow/tfjs-backend-cpu')
    return await core.setBackend('cpu')
  } catch {
    return false
  }
}

/**
 * Loads tfjs into this thread, which it then keeps busy: call it in a worker. Tried in order: the native library,
 * WebAssembly, plain JavaScript. Throws `unsupported` when none loads.
 */
export const loadTensorFlow = async (): Promise<TensorFlow> => {
  try {
    const core = await import('@tensorflow/tfjs-core')
    const layers = await import('@tensorflow/tfjs-layers')
    if (await tryNative(core)) return { backend: 'tfjs-node', core, layers }
    if (await tryWasm(core)) return { backend: 'tfjs-wasm', core, layers }
    if (await tryCpu(core)) return { backend: 'tfjs-cpu', core, layers }
  } catch (error) {
    throw noTensorLibrary(error)
  }
  throw noTensorLibrary(undefined)
}

const noTensorLibrary = (cause: unknown) =>
  new Failure(
    {
      code: 'unsupported',
      message: 'No forecast can be made: TensorFlow.js does not load on this machine.',
      remedy: 'Run the installation again (npm ci); everything but forecasts works without it.',
    },
    cause,
  )
