import { Failure, type FailureCode } from '../../../shared/failure.ts'
import { printable } from '../system/printable.ts'
import { systemErrorCode } from '../system/system-error-code.ts'
import type { QmpError } from './qmp-message.ts'
import type { SocketHolder } from './socket-holder.ts'

const codes: Readonly<Record<string, FailureCode>> = {
  CommandNotFound: 'unsupported',
  DeviceNotFound: 'not-found',
  DeviceNotActive: 'conflict',
}

/** What QEMU answered instead of doing `command`. */
export const qmpRefusal = (address: string, command: string, error: QmpError): Failure =>
  new Failure({
    code: codes[error.class] ?? 'refused',
    message: `QEMU at ${address} refused ${command}: ${printable(error.desc).replace(/\.$/, '')}.`,
    remedy: 'The VM is as it was. Its log, and the QEMU command line, may say more.',
  })

export const notQmp = (address: string, said: string): Failure =>
  new Failure({
    code: 'not-qmp',
    message: `What listens at ${address} is not the QMP server of a QEMU: ${said}.`,
    remedy: 'Name the socket that QEMU was started with as -qmp unix:PATH,server=on,wait=off.',
  })

export const qmpSilent = (address: string, command: string, timeoutMs: number): Failure =>
  new Failure({
    code: 'timeout',
    message: `QEMU at ${address} did not answer ${command} within ${timeoutMs / 1000} s.`,
    remedy: 'Look at the load of its host; Longshore asks again by itself.',
  })

/** A QMP server talks to one client at a time and lets others wait without a word. */
export const qmpBusy = (address: string, timeoutMs: number, holder: SocketHolder | null): Failure => {
  const who =
    holder === null
      ? 'another client may be connected to it'
      : `process ${holder.pid} (${printable(holder.program)}) is connected to it`
  return new Failure({
    code: 'timeout',
    message: `${address} took the connection and said nothing for ${timeoutMs / 1000} s: ${who}, as QMP has one client at a time.`,
    remedy:
      'Do it in that client (a Longshore console keeps the sockets of its hosts), close it, or use another -qmp socket of this QEMU.',
  })
}

export const qmpBroken = (address: string): Failure =>
  new Failure({
    code: 'unreachable',
    message: `QEMU at ${address} ended the connection.`,
    remedy: 'Look whether the QEMU process still runs.',
  })

const reasons: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ENOENT: ['there is no such socket', 'Check the path, and that QEMU runs.'],
  ECONNREFUSED: ['nothing listens there any more', 'QEMU has ended, or was started without this socket.'],
  EACCES: ['this user may not open it', 'Run Longshore as a user who may, or change who owns the socket.'],
  EAGAIN: ['others wait there already, as QMP has one client at a time', 'Close the other clients.'],
  ENOTSOCK: ['it is not a socket', 'Name the QMP socket of a QEMU.'],
  ENOTFOUND: ['the name of its host is not known', 'Check the spelling, or give its address.'],
  ECONNRESET: ['the connection was cut', 'Look whether the QEMU process still runs.'],
  EPIPE: ['the connection was cut', 'Look whether the QEMU process still runs.'],
}

/** Why a socket could not be opened, or broke. */
export const qmpUnreachable = (address: string, error: unknown): Failure => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const [why, remedy] = reasons[code] ?? [`the connection broke (${code || String(error)})`, 'Try again.']
  return new Failure({ code: 'unreachable', message: `${address} cannot be reached: ${why}.`, remedy }, error)
}

/** Whether it is certain that nobody listens at an address any more: silence, or a network that is cut, proves nothing. */
export const provesGone = (error: unknown): boolean =>
  error instanceof Failure &&
  error.code === 'unreachable' &&
  ['ENOENT', 'ECONNREFUSED'].includes(systemErrorCode(error.cause))
