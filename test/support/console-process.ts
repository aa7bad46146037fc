import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const cli = fileURLToPath(new URL('../../out/main/cli.js', import.meta.url))

/** What a served console says of itself. */
export const consoleLine = z.object({ url: z.string() })

/** Starts the built Longshore; what it prints can be read. */
export const launch = (args: readonly string[], env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })

/** The line of JSON by which a process says where it is; rejects when it ends before. */
export const firstLine = async <T>(child: ChildProcess, shape: z.ZodType<T>): Promise<T> => {
  if (!child.stdout) throw new Error('the process has no standard output')
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process ended with ${code} before it said where it is`)
  })
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])
  return shape.parse(JSON.parse(line))
}

/** Ends a process as a crash does; resolves when it is gone. */
export const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
