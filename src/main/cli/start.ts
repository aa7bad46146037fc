import { spawn } from 'node:child_process'
import { Command } from 'commander'
import { Failure } from '../../shared/failure.ts'
import type { ConnectionSettings } from '../../shared/model/connection.ts'
import { appRoot } from './app-root.ts'
import { hasDisplay, isLinuxRoot } from './display.ts'
import { obtainElectron } from './electron-binary.ts'
import { portNumber } from './option-values.ts'
import { type PoolOptions, poolEnvironment, poolsOf, withPoolOptions } from './pool-option.ts'
import { serve } from './serve.ts'

interface StartOptions extends PoolOptions {
  readonly serve: boolean
  readonly port?: number
  readonly lab: boolean
  readonly retry: boolean
}

const start = async (options: StartOptions): Promise<void> => {
  // Before any child is started: the password leaves the environment here.
  const pools = poolsOf(options, process.env)
  const { lab } = options
  const serveOptions = { lab, pools, port: options.port ?? 0, open: true, json: false }
  if (options.serve || options.port !== undefined) return serve(serveOptions)
  if (!hasDisplay()) {
    process.stderr.write(
      'longshore: no display here (DISPLAY and WAYLAND_DISPLAY are unset), so the console is served to a browser.\n',
    )
    return serve(serveOptions)
  }
  const electron = await obtainElectron({ retry: options.retry })
  if (electron.found) return runElectron(electron.file, { lab, pools })
  process.stderr.write(
    `longshore: no Electron binary: ${electron.why}; the console is served to a browser (npm start -- --retry asks again).\n`,
  )
  return serve(serveOptions)
}

const runElectron = (
  file: string,
  { lab, pools }: { readonly lab: boolean; readonly pools: readonly ConnectionSettings[] },
): Promise<void> => {
  const sandbox = isLinuxRoot() ? ['--no-sandbox'] : []
  if (sandbox.length > 0) process.stderr.write('longshore: running as root, so without Chromium’s sandbox.\n')
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...sandbox, appRoot, ...(lab ? [] : ['--no-lab'])], {
      env: { ...env, ...poolEnvironment(pools) },
      stdio: 'inherit',
    })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => child.kill(signal))
    child.once('error', error => reject(didNotRun(error.message)))
    child.once('exit', (code, signal) => {
      if (code === 0 || signal !== null) resolve()
      else reject(didNotRun(`it ended with code ${code}`))
    })
  })
}

const didNotRun = (why: string): Failure =>
  new Failure({
    code: 'unsupported',
    message: `The Electron window failed: ${why}.`,
    remedy: 'Open the same console in a browser: npm start -- --serve',
  })

export const startCommand = withPoolOptions(new Command('start'))
  .description('Open the console: in Electron where it can be had, else in a browser.')
  .option('--serve', 'serve to a browser without asking for Electron', false)
  .option('--port <number>', 'port to serve on (implies --serve)', portNumber)
  .option('--no-lab', 'do not start the embedded lab')
  .option('--retry', 'try again to download Electron, even if that failed within the last day', false)
  .action((options: StartOptions) => start(options))
