import { expect, test } from 'vitest'
import { networkFailure } from '../../src/main/adapters/xenapi/network-failure.ts'
import { failureOfXenError, XenApiError } from '../../src/main/adapters/xenapi/xen-error.ts'

const names: Readonly<Record<string, string>> = { 'OpaqueRef:h2': 'host-2' }
const tell = (code: string, ...params: readonly string[]) =>
  failureOfXenError(new XenApiError(code, params), {
    what: 'Moving db-1',
    server: 'lab A',
    nameOf: ref => names[ref],
  }).report()

test.for([
  [
    ['HOST_NOT_ENOUGH_FREE_MEMORY', '4294967296', '1073741824'],
    'refused',
    'the destination has 1.00 GiB of memory free and 4.00 GiB are needed',
  ],
  [['HOST_DISABLED', 'OpaqueRef:h2'], 'refused', 'host-2 is disabled'],
  [['HOST_DISABLED', 'OpaqueRef:unknown'], 'refused', 'the host is disabled'],
  [['CANNOT_CONTACT_HOST', 'OpaqueRef:h2'], 'unreachable', 'host-2 cannot be contacted by its pool'],
  [['OTHER_OPERATION_IN_PROGRESS', 'VM', 'OpaqueRef:v'], 'conflict', 'another operation is under way on it'],
  [
    ['OPERATION_BLOCKED', 'OpaqueRef:v', 'quarter end'],
    'refused',
    'an administrator blocked it (quarter end)',
  ],
  [
    ['VM_BAD_POWER_STATE', 'OpaqueRef:v', 'Running', 'Halted'],
    'conflict',
    'the VM is halted and would have to be running',
  ],
  [
    ['RBAC_PERMISSION_DENIED', 'vm.pool_migrate', 'no'],
    'refused',
    "the user's role does not permit vm.pool_migrate",
  ],
  [['XENAPI_MISSING_PLUGIN', 'longshore'], 'unsupported', 'the host does not carry the Longshore plugin'],
  [
    ['XENAPI_PLUGIN_FAILURE', 'dirty_rate', 'NO_SUCH_VM', 'The VM is not here.'],
    'not-found',
    'The VM is not here',
  ],
  [
    ['XENAPI_PLUGIN_FAILURE', 'dirty_rate', 'KeyError', 'x'],
    'refused',
    "the host's plugin answered KeyError x",
  ],
  [['XENAPI_PLUGIN_FAILURE'], 'refused', "the host's plugin answered"],
  [
    ['INTERNAL_ERROR', 'Xenops_interface.Xenopsd_error([S(Internal_error);S(Connection_reset by peer)])'],
    'refused',
    'the server met an error of its own (Connection reset by peer)',
  ],
  [
    ['BRAND_NEW_CODE', 'OpaqueRef:secret', 'OpaqueRef:h2', 'a\nb'],
    'refused',
    'the server answered BRAND_NEW_CODE (host-2, a b)',
  ],
  [['constructor'], 'refused', 'the server answered constructor'],
  [['VM_MIGRATE_FAILED', 'OpaqueRef:v', 'a', 'b', 'boom'], 'refused', 'boom'],
] as const)('%s is told in plain words', ([[code, ...params], failureCode, reason]) => {
  const report = tell(code, ...params)
  expect(report.code).toBe(failureCode)
  expect(report.message).toBe(`Moving db-1 failed on lab A: ${reason}.`)
  expect(report.remedy).not.toBe('')
})

test('a session reference never shows, neither in words nor when the error is printed', () => {
  const error = new XenApiError('SESSION_INVALID', ['OpaqueRef:very-secret'])
  const failure = failureOfXenError(error, { what: 'Reading', server: 'lab A' })
  expect(
    `${failure.message} ${failure.stack} ${JSON.stringify(error)} ${Object.values(error)}`,
  ).not.toContain('very-secret')
})

test.for([
  ['ECONNREFUSED', 'unreachable', 'https://xen1 cannot be reached: nothing listens on that port.'],
  ['ENOTFOUND', 'unreachable', 'https://xen1 cannot be reached: the name xen1 is not known.'],
  ['EHOSTUNREACH', 'unreachable', 'https://xen1 cannot be reached: no answer comes back over the network.'],
  ['ECONNRESET', 'unreachable', 'https://xen1 cannot be reached: the connection broke (ECONNRESET).'],
  [
    'HPE_INVALID_CONSTANT',
    'not-xenapi',
    'https://xen1 answered, but not as a XenServer: it does not speak https.',
  ],
] as const)('%s of the network is told in plain words', ([code, failureCode, message]) => {
  const failure = networkFailure(Object.assign(new Error('x'), { code }), new URL('https://xen1'))
  expect(failure.report()).toMatchObject({ code: failureCode, message })
})
