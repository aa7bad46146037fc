import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { contract } from '../shared/contract/index.ts'
import type { ConnectionSettings } from '../shared/model/connection.ts'
import type { Pipe } from '../shared/rpc/pipe.ts'
import { serve } from '../shared/rpc/server.ts'
import { openFileLog } from './adapters/system/file-log.ts'
import { systemClock } from './adapters/system/system-clock.ts'
import { startApp } from './app.ts'
import { appRoot } from './cli/app-root.ts'
import { cacheFolder } from './cli/data-folder.ts'
import { qemuHostCommand } from './cli/longshore-command.ts'
import type { Clock } from './ports/clock.ts'
import type { Log } from './ports/log.ts'
import type { KeyStore } from './ports/secrets.ts'

/** Where the built renderer lies. */
export const rendererDir = path.join(appRoot, 'out', 'renderer')

export interface RunOptions {
  readonly dataDir: string
  /** Whether to run the embedded lab and connect to it. */
  readonly lab: boolean
  /** Pools to connect to beside it. */
  readonly pools?: readonly ConnectionSettings[]
  /** Asks for the key store of the system. */
  readonly openKeyStore?: () => Promise<KeyStore | null>
}

/** The application as both entries run it, on this machine's clock and with its log in the data folder. */
export interface RunningApp {
  readonly log: Log
  readonly clock: Clock
  /** Rejects when the application cannot be started. */
  readonly started: Promise<void>
  /** Answers a window's requests as soon as the application has started. */
  accept(pipe: Pipe): void
  /** Ends everything once, however often it is called. */
  close(): Promise<void>
}

const packageFile = z.object({ version: z.string() })

/** Starts the application without waiting for it, so that a window can open meanwhile. */
export const runApp = ({ dataDir, lab, pools = [], openKeyStore }: RunOptions): RunningApp => {
  const clock = systemClock
  const log = openFileLog({ dataDir, clock })
  const { version } = packageFile.parse(JSON.parse(readFileSync(path.join(appRoot, 'package.json'), 'utf8')))
  const resourcesDir = path.join(appRoot, 'resources')
  log.info('Longshore starts', { version, node: process.version, platform: process.platform })
  const realLab = { cacheDir: cacheFolder(), hostCommand: qemuHostCommand() }
  const app = startApp({ dataDir, resourcesDir, version, lab, realLab, pools, openKeyStore, log, clock })
  const logBug = (incident: string, error: unknown) => log.error(`incident ${incident}`, error)
  let closed: Promise<void> | undefined
  return {
    log,
    clock,
    started: app.then(() => {}),
    accept: pipe =>
      void app.then(
        ({ handlers }) => serve(pipe, contract, { handlers, logBug }),
        () => pipe.close(),
      ),
    close: () => {
      closed ??= app
        .then(
          started => started.close(),
          () => {},
        )
        .finally(() => log.close())
      return closed
    },
  }
}
