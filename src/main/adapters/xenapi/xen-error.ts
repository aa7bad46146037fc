import { Failure, type FailureCode } from '../../../shared/failure.ts'
import { printable } from '../system/printable.ts'
import { tellInternalError } from './internal-error.ts'
import { migrationTellers, tellEvacuation } from './migration-tellers.ts'
import { aboutHost, bytes, refusedBecause, type Teller, type Told, told } from './teller.ts'

/** What the server answered instead of a result. Parameters may hold session references: they are never printed raw. */
export class XenApiError extends Error {
  readonly code: string
  readonly #params: readonly string[]

  constructor(code: string, params: readonly string[]) {
    super(code)
    this.name = 'XenApiError'
    this.code = code
    this.#params = params
  }

  param(index: number): string {
    return this.#params[index] ?? ''
  }

  /** Parameters that a person may read: references become names where they are known and vanish elsewhere. */
  readable(nameOf: NameOf): readonly string[] {
    return this.#params
      .map(text => (text.startsWith('OpaqueRef:') ? (nameOf(text) ?? '') : printable(text)))
      .filter(text => text !== '')
  }
}

/** The name of the object behind a reference, where it is known. */
export type NameOf = (ref: string) => string | undefined

export const isXenError = (error: unknown, code: string): error is XenApiError =>
  error instanceof XenApiError && error.code === code

/** What a server says by not answering. */
export const isSilence = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'unreachable' || error.code === 'timeout')

const RETRY = 'Wait until it is over and try again.'

const tellers: Readonly<Record<string, Teller>> = {
  ...migrationTellers,
  SESSION_INVALID: () =>
    told(
      'unauthenticated',
      'the server ended our session',
      'Connect again; check the user is still allowed in.',
    ),
  RBAC_PERMISSION_DENIED: error =>
    told(
      'refused',
      `the user's role does not permit ${printable(error.param(0)) || 'it'}`,
      'Connect as a user with the role pool-operator or pool-admin.',
    ),
  HOST_NOT_ENOUGH_FREE_MEMORY: error =>
    told(
      'refused',
      `the destination has ${bytes(error.param(1))} of memory free and ${bytes(error.param(0))} are needed`,
      'Choose another destination, or free memory on it.',
    ),
  HOST_DISABLED: aboutHost('refused', 'is disabled', 'Enable it, or choose another host.'),
  HOST_OFFLINE: aboutHost('unreachable', 'is offline', 'Choose another host, or bring it back.'),
  HOST_NOT_LIVE: () => told('unreachable', 'the host is not alive', 'Choose another host, or bring it back.'),
  CANNOT_CONTACT_HOST: aboutHost(
    'unreachable',
    'cannot be contacted by its pool',
    'Check its network and power.',
  ),
  HOST_STILL_BOOTING: () => told('unreachable', 'the host is still starting', 'Wait a minute and try again.'),
  HOST_HAS_NO_MANAGEMENT_IP: () =>
    told(
      'unreachable',
      'the host has no management address yet',
      'Wait a minute; if it stays so, check the management interface on the console of the host.',
    ),
  HOST_MASTER_CANNOT_TALK_BACK: () =>
    told(
      'unreachable',
      'the pool master cannot reach the host back',
      'Wait until the pool has settled; if it stays so, check the network between its hosts.',
    ),
  HOST_IS_SLAVE: () =>
    told(
      'unreachable',
      'the pool has no master that answers',
      'Check the pool master, or wait for the election of another.',
    ),
  OTHER_OPERATION_IN_PROGRESS: () => told('conflict', 'another operation is under way on it', RETRY),
  OPERATION_BLOCKED: error =>
    told(
      'refused',
      `an administrator blocked it${error.param(1) === '' ? '' : ` (${printable(error.param(1))})`}`,
      "Remove the block in the VM's settings.",
    ),
  OPERATION_NOT_ALLOWED: error =>
    told(
      'refused',
      printable(error.param(0)) || 'the server does not allow it',
      'See the reason given by the server.',
    ),
  VM_BAD_POWER_STATE: error =>
    told(
      'conflict',
      `the VM is ${printable(error.param(2)).toLowerCase()} and would have to be ${printable(error.param(1)).toLowerCase()}`,
      'Bring the VM into that state first.',
    ),
  VM_MIGRATE_FAILED: error =>
    told(
      'refused',
      printable(error.param(3)) || 'the hosts gave no reason',
      'Look into the logs of both hosts.',
    ),
  TOO_MANY_STORAGE_MIGRATES: () => told('conflict', 'too many storage migrations run on that host', RETRY),
  TOO_MANY_PENDING_TASKS: () => told('conflict', 'the server has too many tasks waiting', RETRY),
  TOO_BUSY: () => told('conflict', 'the server is too busy', RETRY),
  HANDLE_INVALID: error =>
    told('not-found', `the ${printable(error.param(0)) || 'object'} is gone`, 'Look at the inventory again.'),
  UUID_INVALID: error =>
    told('not-found', `the ${printable(error.param(0)) || 'object'} is gone`, 'Look at the inventory again.'),
  TASK_CANCELLED: () => told('conflict', 'it was cancelled', 'Start it again if it is still wanted.'),
  LICENSE_RESTRICTION: refusedBecause(
    'the licence of the pool does not include it',
    'Check the licence of the pool.',
  ),
  MESSAGE_METHOD_UNKNOWN: () =>
    told('unsupported', 'the server does not know that call', 'Update the server.'),
  XENAPI_MISSING_PLUGIN: () =>
    told('unsupported', 'the host does not carry the Longshore plugin', 'Install the plugin on the host.'),
  CANNOT_EVACUATE_HOST: (error, nameOf) => {
    const reasonOf = (code: string, params: readonly string[]): string => {
      // Inside one there is no other.
      const teller =
        code === 'CANNOT_EVACUATE_HOST' || !Object.hasOwn(tellers, code) ? undefined : tellers[code]
      return (teller ?? tellUnknown)(new XenApiError(code, params), nameOf).reason
    }
    return tellEvacuation(reasonOf)(error, nameOf)
  },
  INTERNAL_ERROR: tellInternalError,
}

const pluginCodes: Readonly<Record<string, FailureCode>> = {
  BAD_ARGUMENT: 'invalid-input',
  NO_SUCH_VM: 'not-found',
  NO_SUCH_MIGRATION: 'not-found',
  OPERATION_IN_PROGRESS: 'conflict',
  CANNOT_CONTACT_HOST: 'unreachable',
  NOT_ENOUGH_FREE_MEMORY: 'refused',
  UNSUPPORTED: 'unsupported',
}

/** What the plugin itself said; its code is the second parameter of XENAPI_PLUGIN_FAILURE. */
const tellPlugin: Teller = error => {
  const code = pluginCodes[error.param(1)]
  const sentence = printable(error.param(2)).replace(/\.$/, '')
  if (code === undefined)
    return told(
      'refused',
      `the host's plugin answered ${printable(error.param(1))} ${sentence}`.trim(),
      'Look into the log of the host.',
    )
  return told(
    code,
    sentence || `the host's plugin answered ${error.param(1)}`,
    'Choose another host or moment.',
  )
}

const tellUnknown: Teller = (error, nameOf) => {
  const words = error.readable(nameOf).join(', ')
  const code = printable(error.code)
  return told(
    'refused',
    `the server answered ${code}${words === '' ? '' : ` (${words})`}`,
    'Look up the code in the XenServer documentation.',
  )
}

/** The reason behind a XenAPI error, to follow `<what> failed: `, without an end. */
export const reasonOfXenError = (error: XenApiError, nameOf: NameOf): Told => {
  const teller =
    error.code === 'XENAPI_PLUGIN_FAILURE'
      ? tellPlugin
      : Object.hasOwn(tellers, error.code)
        ? tellers[error.code]
        : tellUnknown
  return (teller ?? tellUnknown)(error, nameOf)
}

/** What a XenAPI error means to a person: what failed, why, and what to do. `what` is a noun phrase: `Moving db-1`. */
export const failureOfXenError = (
  error: XenApiError,
  { what, server, nameOf = () => undefined }: { what: string; server: string; nameOf?: NameOf },
): Failure => {
  if (error.code === 'SESSION_AUTHENTICATION_FAILED')
    return new Failure(
      {
        code: 'unauthenticated',
        message: `${server} refused the user name or password.`,
        remedy: 'Correct the user name or password in the settings of the connection.',
      },
      error,
    )
  const { code, reason, remedy } = reasonOfXenError(error, nameOf)
  return new Failure({ code, message: `${what} failed on ${server}: ${reason}.`, remedy }, error)
}
