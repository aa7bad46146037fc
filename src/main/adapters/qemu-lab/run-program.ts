import { execFile } from 'node:child_process'
import { Failure, isAbort } from '../../../shared/failure.ts'

const MOST_OUTPUT = 16 * 2 ** 20
const TOLD_LINES = 3

export interface RunOptions {
  readonly timeoutMs: number
  /** Ends the program; without one it is let finish, as an installation must be. */
  readonly signal?: AbortSignal | undefined
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

const lastLines = (text: string): string =>
  text
    .trim()
    .split('\n')
    .slice(-TOLD_LINES)
    .map(line => line.trim())
    .join(' ')

/** What a program writes; rejects with a Failure that quotes its last words, or as `signal` aborts. */
export const runProgram = (
  file: string,
  args: readonly string[],
  { timeoutMs, signal, ...options }: RunOptions,
): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(
      file,
      [...args],
      { ...options, ...(signal && { signal }), timeout: timeoutMs, maxBuffer: MOST_OUTPUT },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else if (isAbort(error)) reject(signal?.reason ?? error)
        else reject(failureOf(file, error, { timeoutMs, said: lastLines(stderr) || lastLines(stdout) }))
      },
    )
  })

const failureOf = (
  file: string,
  error: Error & { readonly code?: number | string | null; readonly killed?: boolean },
  { timeoutMs, said }: { readonly timeoutMs: number; readonly said: string },
): Failure => {
  if (error.code === 'ENOENT')
    return new Failure({
      code: 'not-found',
      message: `${file} is not installed on this machine.`,
      remedy: `Install what provides ${file}.`,
    })
  const how = error.killed
    ? `did not end within ${timeoutMs / 1000} s`
    : `ended with ${error.code ?? 'a signal'}`
  return new Failure(
    {
      code: error.killed ? 'timeout' : 'refused',
      message: `${file} ${how}${said === '' ? '' : `: ${said}`}`,
      remedy: 'Mend what it says and try again.',
    },
    error,
  )
}
