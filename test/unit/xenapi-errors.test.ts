import { expect, test } from 'vitest'
import { networkFailure } from '../../src/main/adapters/xenapi/network-failure.ts'
import { failureOfXenError, XenApiError } from '../../src/main/adapters/xenapi/xen-error.ts'

const names: Readonly<Record<string, string>> = { 'OpaqueRef:h2': 'host-2', 'OpaqueRef:db': 'db-9' }
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
    ['INTERNAL_ERROR', 'Xenops_interface.Xenopsd_error([S(Internal_error);S(Connection reset by peer)])'],
    'refused',
    'the connection between the two hosts broke',
  ],
  [
    ['INTERNAL_ERROR', 'Xenops_interface.Xenopsd_error([S(Vms_failed_to_cooperate);[S(0b5d)]])'],
    'refused',
    'a VM did not give its memory back in time',
  ],
  [
    [
      'INTERNAL_ERROR',
      'Xenops_interface.Xenopsd_error([S(Emu_manager_failure);S(Received error from emu-manager)])',
    ],
    'refused',
    "the host's program that sends the memory of the VM ended with an error",
  ],
  [
    ['INTERNAL_ERROR', 'Xenops_interface.Xenopsd_error([S(Internal_error);S(Odd_thing)])'],
    'refused',
    'the server met an error of its own (Odd thing)',
  ],
  [['INTERNAL_ERROR'], 'refused', 'the server met an error of its own (no reason given)'],
  [
    [
      'CANNOT_EVACUATE_HOST',
      'VM_HAS_PCI_ATTACHED,OpaqueRef:db|VM_HAS_PCI_ATTACHED,OpaqueRef:v|HOST_NOT_ENOUGH_FREE_MEMORY,4294967296,1073741824',
    ],
    'refused',
    'the host cannot be emptied (db-9: the VM has passed-through PCI devices and is tied to its host; ' +
      'the VM has passed-through PCI devices and is tied to its host; ' +
      'the destination has 1.00 GiB of memory free and 4.00 GiB are needed)',
  ],
  [
    ['CANNOT_EVACUATE_HOST', 'HOST_DISABLED|HOST_OFFLINE|TOO_BUSY|CANNOT_EVACUATE_HOST,A|constructor'],
    'refused',
    'the host cannot be emptied (the host is disabled; the host is offline; the server is too busy; and 2 more)',
  ],
  [['CANNOT_EVACUATE_HOST', ''], 'refused', 'the host cannot be emptied'],
  [
    ['HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN'],
    'refused',
    'high availability could then no longer restart the protected VMs after a failure',
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

/** What a server of today answers to a wish to move a VM, with the parameters that it gives. */
const codes: readonly (readonly [string, ...string[]])[] = [
  ['VM_MIGRATE_FAILED', 'OpaqueRef:v', 'OpaqueRef:h1', 'OpaqueRef:h2', ''],
  ['INTERNAL_ERROR', 'Xenops_interface.Xenopsd_error([S(Internal_error);S(ODD_THING)])'],
  ['HOST_NOT_ENOUGH_FREE_MEMORY', '2', '1'],
  ...['VM_REQUIRES_SR', 'VM_REQUIRES_NET', 'VM_REQUIRES_GPU', 'VM_REQUIRES_VGPU'].map(
    code => [code, 'OpaqueRef:v', 'OpaqueRef:x'] as const,
  ),
  ['VM_INCOMPATIBLE_WITH_THIS_HOST', 'OpaqueRef:v', 'OpaqueRef:h2', ''],
  ['VM_HOST_INCOMPATIBLE_VERSION', 'OpaqueRef:h2', 'OpaqueRef:v'],
  ['VM_HOST_INCOMPATIBLE_VERSION_MIGRATE', 'OpaqueRef:h2', 'OpaqueRef:v'],
  ...['CANNOT_CONTACT_HOST', 'HOST_OFFLINE', 'HOST_DISABLED'].map(code => [code, 'OpaqueRef:h1'] as const),
  ['HOST_NOT_LIVE'],
  ['VM_LACKS_FEATURE', 'OpaqueRef:v'],
  ['VM_NON_SUSPENDABLE', 'OpaqueRef:v', 'no suspend'],
  ['VM_MISSING_PV_DRIVERS', 'OpaqueRef:v'],
  ['VM_OLD_PV_DRIVERS', 'OpaqueRef:v', '6', '1'],
  ['VM_FAILED_SUSPEND_ACK', 'OpaqueRef:v'],
  ['VM_SUSPEND_TIMEOUT', 'OpaqueRef:v', '1200'],
  ['OTHER_OPERATION_IN_PROGRESS', 'VM', 'OpaqueRef:v', 'pool_migrate', 'OpaqueRef:t'],
  ['OPERATION_BLOCKED', 'OpaqueRef:v', ''],
  ['OPERATION_NOT_ALLOWED', ''],
  ['VM_BAD_POWER_STATE', 'OpaqueRef:v', 'Running', 'Halted'],
  ...['VM_HAS_PCI_ATTACHED', 'VM_HAS_VGPU', 'VM_HAS_SRIOV_VIF', 'VM_HAS_VUSBS'].map(
    code => [code, 'OpaqueRef:v'] as const,
  ),
  ['VM_HAS_TOO_MANY_SNAPSHOTS', 'OpaqueRef:v'],
  ['VM_HAS_CHECKPOINT', 'OpaqueRef:v'],
  ['VDI_CBT_ENABLED', 'OpaqueRef:d'],
  ['VDI_NOT_IN_MAP', 'OpaqueRef:d'],
  ['VIF_NOT_IN_MAP', 'OpaqueRef:n'],
  ['SR_DOES_NOT_SUPPORT_MIGRATION', 'OpaqueRef:s', 'VDI_MIRROR'],
  ['MIRROR_FAILED', 'OpaqueRef:d'],
  ['TOO_MANY_STORAGE_MIGRATES', '3'],
  ['TOO_MANY_PENDING_TASKS'],
  ['TOO_BUSY'],
  ['VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED'],
  ['TLS_CONNECTION_FAILED', '10.0.0.2', '443'],
  ['SSL_VERIFY_ERROR', 'CERT_EXPIRED'],
  ['BALLOONING_TIMEOUT_BEFORE_MIGRATION', 'OpaqueRef:v'],
  ['CANNOT_EVACUATE_HOST', 'VM_HAS_VGPU,OpaqueRef:v|VM_REQUIRES_SR,OpaqueRef:v,OpaqueRef:s'],
  ['NO_HOSTS_AVAILABLE'],
  ['LICENSE_RESTRICTION', 'Xen_motion'],
  ['NOT_SUPPORTED_DURING_UPGRADE'],
  ['HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN'],
  ['RBAC_PERMISSION_DENIED', 'vm.pool_migrate', ''],
  ['TASK_CANCELLED', 'OpaqueRef:t'],
  ['HANDLE_INVALID', 'VM', 'OpaqueRef:v'],
  ['SESSION_INVALID', 'OpaqueRef:s'],
  ['SESSION_AUTHENTICATION_FAILED', 'root', ''],
  ['HOST_IS_SLAVE', '10.0.0.1'],
]

test.for(codes)('of %s no code is left in what a person reads', ([code, ...params]) => {
  for (const given of [params, []]) {
    const { message, remedy } = tell(code, ...given)
    expect(message).not.toContain(code)
    expect(message).not.toMatch(/OpaqueRef|undefined|\(\)|the server answered/)
    expect(message.replace('vm.pool_migrate', '')).not.toMatch(/[A-Za-z]_[A-Za-z]/)
    expect(message).toMatch(/\.$/)
    expect(remedy).toMatch(/^[A-Z].{10,}\.$/)
    expect(remedy).not.toContain('Look up the code')
  }
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
