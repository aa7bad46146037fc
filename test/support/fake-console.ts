import { fileURLToPath } from 'node:url'
import { startConsoleServer } from '../../src/main/adapters/system/console-server.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { contract } from '../../src/shared/contract/index.ts'
import { serve } from '../../src/shared/rpc/server.ts'
import { FakeApp, type FakeAppOptions } from '../fakes/fake-app.ts'

const rendererDir = fileURLToPath(new URL('../../out/renderer', import.meta.url))

/** The built page over the real pipe, before a fleet of any size whose seconds pass with the wall clock. */
export const serveFakeConsole = async (options: FakeAppOptions) => {
  const app = new FakeApp({ startMs: Date.now(), ...options })
  const server = await startConsoleServer({
    port: 0,
    rendererDir,
    clock: systemClock,
    accept: pipe =>
      serve(pipe, contract, {
        handlers: { ...app.handlers(), ...app.overrides },
        logBug: (_, error) => {
          throw error
        },
      }),
  })
  const timer = setInterval(() => app.tick(1000), 1000)
  return {
    app,
    url: server.url,
    close: async () => {
      clearInterval(timer)
      await server.close()
    },
  }
}
