import type { Command } from 'commander'
import { z } from 'zod'
import { Failure } from '../../shared/failure.ts'
import { type ConnectionSettings, connectionSettings } from '../../shared/model/connection.ts'
import { isHostsFile, nameAt, poolOrigin } from '../../shared/model/pool-address.ts'

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
    .option(
      '--pool <url>',
      `connect to this pool master too (its password is read from ${PASSWORD}), or to this QEMU hosts file or folder`,
    )
    .option('--user <name>', 'the user to log in as at --pool', 'root')

/**
 * The pool that the options name, at level advise; its password is never an argument, and is taken out of the environment,
 * so that no child of ours inherits it. Throws `invalid-input`.
 */
export const poolsOf = (
  { pool, user }: PoolOptions,
  env: NodeJS.ProcessEnv,
): readonly ConnectionSettings[] => {
  const password = env[PASSWORD]
  delete env[PASSWORD]
  if (pool === undefined) return []
  // Before anything is said of the address: it may hold a password.
  const url = poolOrigin(pool)
  const name = nameAt(url)
  // Whoever may open the sockets needs no password.
  if (isHostsFile(url))
    return [
      connectionSettings.parse({
        id: `qemu-${name}`.slice(0, 64),
        name,
        url,
        user,
        password: '',
        level: 'advise',
      }),
    ]
  if (password === undefined) {
    throw new Failure({
      code: 'invalid-input',
      message: `There is no password for ${user} at ${url}.`,
      remedy: `Put it into the environment variable ${PASSWORD}.`,
    })
  }
  return [connectionSettings.parse({ id: name, name, url, user, password, level: 'advise' })]
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
