import { execFile } from 'node:child_process'
import { Failure } from '../../../shared/failure.ts'
import { MIB } from '../../../shared/units.ts'
import { printable } from '../system/printable.ts'

const PROGRAM = 'virsh'
/** A thousand domains print a third of it. */
const MOST_OUTPUT = 4 * MIB
/** A domain whose QEMU does not answer holds libvirt up for longer than anybody waits. */
const TIMEOUT_MS = 10_000

export interface VirshScript {
  readonly uri: string
  /** By a connection that may only read, libvirt itself refuses whatever changes anything. */
  readonly access: 'read' | 'write'
  readonly commands: readonly string[]
}

/** Over ssh nobody is there to be asked for a password. */
const unattended = (uri: string): string =>
  /^qemu\+(ssh|libssh2?):/.test(uri) ? `${uri}${uri.includes('?') ? '&' : '?'}no_tty=1` : uri

/** What virsh says is wrong, last and most exactly of all. */
const lastComplaint = (stderr: string): string =>
  printable(stderr.trim().split('\n').at(-1) ?? '').replace(/^error: /, '')

type ProgramError = Error & { readonly code?: number | string | null; readonly killed?: boolean }

const failureOf = (uri: string, error: ProgramError, stderr: string): Failure => {
  if (error.code === 'ENOENT')
    return new Failure({
      code: 'not-found',
      message: `The VMs of libvirt at ${uri} are not seen: virsh is not installed on this machine.`,
      remedy: 'Install it: the package libvirt-clients of Debian and Ubuntu, libvirt-client of Fedora.',
    })
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return new Failure({
      code: 'refused',
      message: `What virsh says of ${uri} was not read: it is more than ${MOST_OUTPUT / MIB} MiB.`,
      remedy: 'Look what virsh domstats prints there.',
    })
  if (error.killed)
    return new Failure({
      code: 'timeout',
      message: `virsh did not end within ${TIMEOUT_MS / 1000} s at ${uri}.`,
      remedy: `Try virsh -c ${uri} list by hand; look at the load of that host.`,
    })
  const said = lastComplaint(stderr) || `it ended with ${error.code ?? 'a signal'}`
  return new Failure(
    {
      code: 'refused',
      message: `virsh could not ask libvirt at ${uri}: ${said.replace(/\.$/, '')}.`,
      remedy: `Try virsh -c ${uri} list by hand; whoever runs Longshore has to be let in.`,
    },
    error,
  )
}

/** What virsh prints, one command after the other. A command that fails is left out; the last tells how it ends. */
export const runVirsh = ({ uri, access, commands }: VirshScript, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = execFile(
      PROGRAM,
      [...(access === 'read' ? ['--readonly'] : []), '--connect', unattended(uri), commands.join('; ')],
      {
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: MOST_OUTPUT,
        signal,
        // Its words are read: they must be those of no other language.
        env: { ...process.env, LC_ALL: 'C' },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else if (signal.aborted) reject(signal.reason)
        else reject(failureOf(uri, error, stderr))
      },
    )
    // It may have ended, or never begun, before its input is closed.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end()
  })
