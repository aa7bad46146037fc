import { hostname } from 'node:os'
import { Command } from 'commander'
import type { ConnectionSettings } from '../../shared/model/connection.ts'
import { findChromium, openAppWindow } from './browser.ts'
import { dataFolder } from './data-folder.ts'
import { hasDisplay } from './display.ts'
import { portNumber } from './option-values.ts'
import { type PoolOptions, poolsOf, withPoolOptions } from './pool-option.ts'

/** What decides how the console is served. */
interface ServeOptions {
  /** 0 lets the system choose. */
  readonly port: number
  readonly lab: boolean
  readonly open: boolean
  readonly json: boolean
  readonly pools: readonly ConnectionSettings[]
}

/** Serves the console on this machine's loopback until the process is asked to end. */
export const serve = async ({ port, lab, open, json, pools }: ServeOptions): Promise<void> => {
  const { startServer } = await import('../serve.ts')
  const ended = untilAsked()
  const server = await startServer({ port, dataDir: dataFolder(), lab, pools })
  if (json) process.stdout.write(`${JSON.stringify({ url: server.url })}\n`)
  else tell(server.url)
  if (open && hasDisplay()) openWindow(server.url)
  await ended
  await server.close()
}

const tell = (url: string): void => {
  process.stdout.write(`Longshore: ${url}\n`)
  if (!hasDisplay()) {
    const { port, search, pathname } = new URL(url)
    process.stdout.write(
      `  From another machine: ssh -L 8080:127.0.0.1:${port} ${hostname()}, then http://127.0.0.1:8080${pathname}${search}\n`,
    )
  }
  process.stdout.write('  Ctrl-C ends it.\n')
}

const openWindow = (url: string): void => {
  const browser = findChromium()
  if (browser !== undefined) openAppWindow(browser, url)
}

/** Resolves at the first signal to end; a second one ends the process at once. */
const untilAsked = (): Promise<void> =>
  new Promise(resolve => {
    let asked = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        if (asked) process.exit(130)
        asked = true
        resolve()
      })
  })

export const serveCommand = withPoolOptions(new Command('serve'))
  .description('Serve the console to a browser on a loopback port, guarded by a token.')
  .option('--port <number>', 'port to listen on; 0 lets the system choose', portNumber, 0)
  .option('--no-lab', 'do not start the embedded lab')
  .option('--no-open', 'do not open a browser window')
  .option('--json', 'print the address as one line of JSON', false)
  .action((options: Omit<ServeOptions, 'pools'> & PoolOptions) =>
    serve({ ...options, pools: poolsOf(options, process.env) }),
  )
