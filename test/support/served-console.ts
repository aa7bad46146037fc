import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import WebSocket from 'ws'
import { z } from 'zod'
import type { AppClient, AppContract } from '../../src/shared/contract/index.ts'
import { connect } from '../../src/shared/rpc/client.ts'
import { socketPipe } from '../../src/shared/rpc/socket-pipe.ts'

const cli = fileURLToPath(new URL('../../out/main/cli.js', import.meta.url))
const watcher = new URL('./watch-event-loop.mjs', import.meta.url).href
const eventLoopFigures = z.object({ startUpMs: z.number().nullable(), maxMs: z.number(), p99Ms: z.number() })

/** The built console, served by a process of its own on a fresh data folder. */
export interface ServedConsole {
  readonly url: string
  readonly process: ChildProcess
  /** A window's end of the contract. */
  openClient(): Promise<AppClient>
  /** Ends the process and tells how long its main thread was blocked at most, before and after `started` was sent. */
  stop(): Promise<z.infer<typeof eventLoopFigures>>
}

export const serveConsole = async (args: readonly string[] = []): Promise<ServedConsole> => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-'))
  const eventLoopFile = path.join(dataDir, 'event-loop.json')
  const child = fork(cli, ['serve', '--json', '--no-open', ...args], {
    execArgv: ['--import', watcher],
    env: { ...process.env, LONGSHORE_DATA: dataDir, EVENT_LOOP_FILE: eventLoopFile },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const { stdout } = child
  if (!stdout) throw new Error('the console has no standard output')
  const address = once(createInterface({ input: stdout }), 'line').then(([line]) =>
    z.object({ url: z.string() }).parse(JSON.parse(line)),
  )
  const { url } = await Promise.race([
    address,
    exited.then(([code]) => {
      throw new Error(`the console ended with code ${code} before it was served`)
    }),
  ])
  return {
    url,
    process: child,
    openClient: () => openClient(url),
    stop: async () => {
      child.kill('SIGTERM')
      await exited
      const figures = eventLoopFigures.parse(JSON.parse(await readFile(eventLoopFile, 'utf8')))
      await rm(dataDir, { recursive: true, force: true })
      return figures
    },
  }
}

/** A window of the console at the address it printed. */
export const openClient = async (url: string): Promise<AppClient> => {
  const admitted = await fetch(url, { redirect: 'manual' })
  const cookie = admitted.headers.get('set-cookie')?.split(';')[0]
  if (!cookie) throw new Error(`the console did not admit its own token: HTTP ${admitted.status}`)
  const { host, origin } = new URL(url)
  const socket = new WebSocket(`ws://${host}/pipe`, { headers: { cookie, origin } })
  await once(socket, 'open')
  return connect<AppContract>(socketPipe(socket))
}
