import type { Command } from 'commander'
import { z } from 'zod'
import { Failure } from '../../shared/failure.ts'
import { type ConnectionSettings, connectionSettings } from '../../shared/model/connection.ts'

/** What a command line says of a pool to connect to. */
export interface PoolOptions {
  readonly pool?: string
  readonly user: string
}

const PASSWORD = 'LONGSHORE_PASSWORD'
/** Hands the pool on to the process of the window: an environment is seen by its own user only, arguments by all. */
const POOL = 'LONGSHORE_POOL'

export const withPoolOptions = (command: Command): Command =>
  command
    .option('--pool <url>', `connect to this pool master too; its password is read from ${PASSWORD}`)
    .option('--user <name>', 'the user to log in as at --pool', 'root')

/** The pool that the options name, at level advise; its password is never an argument. Throws `invalid-input`. */
export const poolsOf = (
  { pool, user }: PoolOptions,
  env: NodeJS.ProcessEnv,
): readonly ConnectionSettings[] => {
  if (pool === undefined) return []
  const password = env[PASSWORD]
  if (password === undefined) {
    throw new Failure({
      code: 'invalid-input',
      message: `There is no password for ${user} at ${pool}.`,
      remedy: `Put it into the environment variable ${PASSWORD}.`,
    })
  }
  const url = URL.canParse(pool) ? new URL(pool) : null
  const host = url?.host ?? ''
  const parsed = connectionSettings.safeParse({
    id: host,
    name: host,
    url: pool,
    user,
    password,
    level: 'advise',
  })
  if (!parsed.success || url?.username || url?.password) {
    throw new Failure({
      code: 'invalid-input',
      message: `'${pool}' is not the address of a pool.`,
      remedy: 'Give it as https://HOST or https://HOST:PORT, without user or password.',
    })
  }
  return [parsed.data]
}

/** The environment of a child process that is to connect to `pools`. */
export const poolEnvironment = (pools: readonly ConnectionSettings[]): Record<string, string> =>
  pools.length === 0 ? {} : { [POOL]: JSON.stringify(pools) }

/** The pools that the starting process handed on; the variable is removed, so that no child of ours inherits it. */
export const takePools = (env: NodeJS.ProcessEnv): readonly ConnectionSettings[] => {
  const text = env[POOL]
  delete env[POOL]
  return text === undefined ? [] : z.array(connectionSettings).parse(JSON.parse(text))
}
