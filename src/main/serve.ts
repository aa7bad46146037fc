import { startConsoleServer } from './adapters/system/console-server.ts'
import { systemClock } from './adapters/system/system-clock.ts'
import { type RunOptions, rendererDir, runApp } from './run-app.ts'

export interface ServerOptions extends RunOptions {
  /** On 127.0.0.1; 0 lets the system choose. */
  readonly port: number
  /** Closes the server when it aborts. */
  readonly signal?: AbortSignal
}

export interface RunningServer {
  /** The address to open, with its token. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/**
 * Runs the application and serves its console on this machine's loopback, without Electron. Rejects with a Failure
 * (`port-in-use`, `refused`) before anything is started where the port cannot be had.
 */
export const startServer = async ({ port, signal, ...options }: ServerOptions): Promise<RunningServer> => {
  signal?.throwIfAborted()
  const server = await startConsoleServer({
    port,
    rendererDir,
    clock: systemClock,
    accept: pipe => app.accept(pipe),
  })
  const app = runApp(options)
  const close = async () => {
    await server.close()
    await app.close()
  }
  signal?.addEventListener('abort', () => void close(), { once: true })
  try {
    await app.started
  } catch (error) {
    await close()
    throw error
  }
  app.log.info('the console is served', { port: server.port })
  return { url: server.url, port: server.port, close }
}
