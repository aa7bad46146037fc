import { type ChildProcess, execFile } from 'node:child_process'
import { Failure } from '../../../shared/failure.ts'
import { printable } from '../system/printable.ts'
import { type IncomingAnswer, incomingAnswer, type QemuHost } from './hosts-file.ts'

/** A machine starts in a second or two; over ssh and under load in some more. */
const START_TIMEOUT_MS = 60_000
const MOST_OUTPUT = 64 * 1024
/** A command that is taken back may need so long to leave nothing half begun. A guess. */
const GRACE_MS = 5_000

/** What may end a command early. */
export interface Stops {
  /** Ends it at once. */
  readonly closing: AbortSignal
  /** Asks it to end, and ends it when it does not. */
  readonly withdrawal?: AbortSignal
}

const askToEnd = (child: ChildProcess): void => {
  // What it has started may hold its output open for ever.
  const stopReading = () => {
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
  if (!child.kill('SIGTERM')) {
    stopReading()
    return
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
  child.once('exit', () => {
    clearTimeout(timer)
    stopReading()
  })
}

const commandOf = ({ name, command }: QemuHost): readonly [string, ...string[]] => {
  const [program, ...args] = command ?? []
  if (program !== undefined) return [program, ...args]
  throw new Failure({
    code: 'unsupported',
    message: `${name} has no command that starts a destination there.`,
    remedy: 'Name one in the hosts file (docs/qemu.md says what it has to do).',
  })
}

const run = (host: QemuHost, words: readonly string[], { closing, withdrawal }: Stops): Promise<string> => {
  const [program, ...args] = commandOf(host)
  return new Promise((resolve, reject) => {
    withdrawal?.throwIfAborted()
    const child = execFile(
      program,
      [...args, ...words],
      // A command that hangs may well ignore the wish that it end.
      { timeout: START_TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT, signal: closing },
      (error, stdout, stderr) => {
        withdrawal?.removeEventListener('abort', end)
        if (withdrawal?.aborted) return reject(withdrawal.reason)
        if (error === null) return resolve(stdout)
        if (closing.aborted) return reject(closing.reason)
        const said = error.killed
          ? `it did not end within ${START_TIMEOUT_MS / 1000} s`
          : printable(stderr) || error.message
        reject(
          new Failure(
            {
              code: 'refused',
              message: `The command of ${host.name} could not ${words[0]} ${words[1]}: ${said.replace(/\.$/, '')}.`,
              remedy: 'Run it by hand on that host to see more; the VM is as it was.',
            },
            error,
          ),
        )
      },
    )
    const end = () => askToEnd(child)
    withdrawal?.addEventListener('abort', end, { once: true })
  })
}

const answerOf = (host: QemuHost, said: string): IncomingAnswer => {
  const line = said.trim().split('\n').at(-1) ?? ''
  try {
    return incomingAnswer.parse(JSON.parse(line))
  } catch (error) {
    throw new Failure(
      {
        code: 'refused',
        message: `The command of ${host.name} did not say where its destination listens, but "${printable(line).slice(0, 80)}".`,
        remedy: 'Its last line must be {"qmp": ..., "uri": ...}; see docs/qemu.md.',
      },
      error,
    )
  }
}

/** Starts the same machine on a host, waiting for a migration; tells where. */
export const startDestination = async (
  host: QemuHost,
  vm: { readonly name: string; readonly memoryBytes: number },
  stops: Stops,
): Promise<IncomingAnswer> =>
  answerOf(host, await run(host, ['incoming', vm.name, String(vm.memoryBytes)], stops))

/** Ends a QEMU that has no VM: a destination that never got it, or a source that has handed it over. */
export const discardRemains = async (host: QemuHost, vmName: string, closing: AbortSignal): Promise<void> => {
  await run(host, ['discard', vmName], { closing })
}
