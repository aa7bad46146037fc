import { FakeXenServer } from './fake-xen-server.ts'

const GIB = 1024 ** 3

/** A host's records under `OpaqueRef:<name>`. */
export const putHost = (
  server: FakeXenServer,
  name: string,
  overrides: Readonly<Record<string, unknown>> = {},
): void => {
  server.put('host_metrics', `OpaqueRef:${name}-metrics`, {
    uuid: `${name}-metrics`,
    memory_total: String(64 * GIB),
    live: true,
  })
  server.put('host', `OpaqueRef:${name}`, {
    uuid: name,
    name_label: name,
    address: '127.0.0.1',
    enabled: true,
    metrics: `OpaqueRef:${name}-metrics`,
    cpu_info: { cpu_count: '16', vendor: 'GenuineIntel' },
    ...overrides,
  })
}

/** A VM's records under `OpaqueRef:<name>`, running and movable unless told otherwise. */
export const putVm = (
  server: FakeXenServer,
  name: string,
  overrides: Readonly<Record<string, unknown>> = {},
): void => {
  server.put('vm_metrics', `OpaqueRef:${name}-metrics`, {
    uuid: `${name}-metrics`,
    memory_actual: 2 * GIB,
    VCPUs_number: 2,
    nomigrate: false,
    nested_virt: false,
  })
  server.put('vm', `OpaqueRef:${name}`, {
    uuid: name,
    name_label: name,
    name_description: '',
    power_state: 'Running',
    is_a_template: false,
    is_a_snapshot: false,
    is_control_domain: false,
    resident_on: 'OpaqueRef:host-1',
    memory_static_max: String(4 * GIB),
    memory_dynamic_max: String(2 * GIB),
    VCPUs_max: 4,
    VCPUs_at_startup: 2,
    metrics: `OpaqueRef:${name}-metrics`,
    allowed_operations: ['pool_migrate', 'migrate_send', 'snapshot'],
    current_operations: {},
    blocked_operations: {},
    attached_PCIs: [],
    VGPUs: [],
    ...overrides,
  })
}

export const putPool = (server: FakeXenServer, otherConfig: Readonly<Record<string, string>> = {}): void =>
  server.put('pool', 'OpaqueRef:pool', {
    uuid: 'pool-uuid',
    name_label: 'Harbour',
    master: 'OpaqueRef:host-1',
    other_config: otherConfig,
  })

/** A listening server with one pool, two hosts and the VM `db-1` on `host-1`; stock Xen until a test scripts a plugin. */
export const startFakePool = async (
  ...options: ConstructorParameters<typeof FakeXenServer>
): Promise<FakeXenServer> => {
  const server = await new FakeXenServer(...options).listen()
  putPool(server)
  putHost(server, 'host-1')
  putHost(server, 'host-2')
  putVm(server, 'db-1')
  return server
}
