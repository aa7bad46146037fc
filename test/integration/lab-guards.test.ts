import { expect, onTestFinished, test } from 'vitest'
import type { LabConfig, LabVmConfig } from '../../src/main/adapters/lab/lab-config.ts'
import { GIB, MIB } from '../../src/shared/units.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { aConsole } from '../support/a-console.ts'
import { aLab, tinyLab } from '../support/a-lab.ts'
import { openXenApi } from '../support/open-xenapi.ts'

const quickly = { interval: 25 }

const aVm = (name: string, overrides: Partial<LabVmConfig> = {}): LabVmConfig => ({
  name,
  description: '',
  host: 'host-2',
  memoryBytes: 64 * MIB,
  vcpuCount: 1,
  workload: { kind: 'idle' },
  ...overrides,
})

/** Three hosts of 1 GiB for VMs; each has a VM of 600 MiB, so that none has room for another's. */
const fullLab: LabConfig = {
  ...tinyLab,
  vms: ['host-1', 'host-2', 'host-3'].map((host, index) =>
    aVm(`vm-${index + 1}`, { host, memoryBytes: 600 * MIB }),
  ),
}

type Lab = Awaited<ReturnType<typeof aLab>>

const poolOf = async ({ records }: Lab) => {
  const [entry] = await records('pool')
  if (entry === undefined) throw new Error('the lab has no pool')
  return { ref: entry[0], record: entry[1] }
}

const enableHa = async (lab: Lab) => {
  const [storage] = await lab.records('SR')
  await lab.call('pool.enable_ha', [storage?.[0]], {})
}

test('high availability plans for as many failures as the protected VMs leave room for', async () => {
  const lab = await aLab(fullLab)
  const { ref } = await poolOf(lab)
  const survived = () => lab.call('pool.ha_compute_max_host_failures_to_tolerate')
  expect(await survived()).toBe(2)
  const vm = await lab.named('VM', 'vm-1')
  await lab.call('VM.set_ha_restart_priority', vm.ref, 'restart')
  // 600 MiB do not fit beside 600 MiB in 1 GiB.
  expect(await survived()).toBe(0)
  const none = { [vm.ref]: '' }
  expect(await lab.call('pool.ha_compute_hypothetical_max_host_failures_to_tolerate', none)).toBe(2)
  expect(await lab.call('pool.ha_failover_plan_exists', 1)).toBe(false)
  await expect(lab.call('pool.disable_ha')).rejects.toThrow('HA_NOT_ENABLED')
  await enableHa(lab)
  await expect(enableHa(lab)).rejects.toThrow('HA_IS_ENABLED')
  await expect(lab.call('pool.set_ha_host_failures_to_tolerate', ref, 1)).rejects.toThrow(
    'HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN',
  )
  await lab.call('VM.set_ha_restart_priority', vm.ref, '')
  await lab.call('pool.set_ha_host_failures_to_tolerate', ref, 1)
  expect((await poolOf(lab)).record).toMatchObject({
    ha_enabled: true,
    ha_plan_exists_for: 1,
    ha_overcommitted: false,
  })
  await lab.call('VM.set_ha_restart_priority', vm.ref, 'restart')
  await expect
    .poll(async () => (await poolOf(lab)).record, quickly)
    .toMatchObject({ ha_plan_exists_for: 0, ha_overcommitted: true })
})

test('Workload Balancing has to be initialised before it is enabled', async () => {
  const lab = await aLab()
  const { ref } = await poolOf(lab)
  await expect(lab.call('pool.set_wlb_enabled', ref, true)).rejects.toThrow('WLB_NOT_INITIALIZED')
  await lab.call('pool.initialize_wlb', 'wlb.example:8012', 'wlb', 'secret', 'root', 'secret')
  await lab.call('pool.set_wlb_enabled', ref, true)
  expect((await poolOf(lab)).record).toMatchObject({ wlb_enabled: true, wlb_url: 'wlb.example:8012' })
  expect(JSON.stringify((await poolOf(lab)).record)).not.toContain('secret')
  await lab.call('pool.deconfigure_wlb')
  expect((await poolOf(lab)).record).toMatchObject({ wlb_enabled: false, wlb_url: '' })
})

test('a host that is stopped is told of as dead and takes no VM, until it is back', async () => {
  const lab = await aLab()
  const [vm, host] = [await lab.named('VM', 'idle'), await lab.named('host', 'host-2')]
  const live = () => lab.call('host_metrics.get_live', host.record.metrics)
  await lab.controls[0]?.stopHost('host-2')
  expect(await live()).toBe(false)
  await expect(lab.call('VM.assert_can_boot_here', vm.ref, host.ref)).rejects.toThrow('HOST_NOT_LIVE')
  await lab.controls[0]?.startHost('host-2')
  expect(await live()).toBe(true)
  expect(await lab.call('VM.assert_can_boot_here', vm.ref, host.ref)).toBe('')
})

test('certificates have the same getters with TLS and without', async () => {
  const listed = async (lab: { url: string; call: Lab['call'] }) =>
    ((await lab.call('system.listMethods')) as string[]).filter(name => name.startsWith('Certificate.get_'))
  expect(await listed(await aLab())).toEqual(
    expect.arrayContaining([
      'Certificate.get_fingerprint',
      'Certificate.get_not_after',
      'Certificate.get_type',
    ]),
  )
})

/** A console on automatic, with the lab's time in its own hands, and what it says of acting by itself. */
const watching = async (lab: Lab) => {
  const clock = new FakeClock(Date.now())
  const { connections, close } = aConsole({ connect: () => openXenApi(lab.url), clock, level: 'automatic' })
  onTestFinished(close)
  const pass = () => clock.advance(1000)
  const reasons = async () => {
    await pass()
    return connections.state('c')?.standBack ?? []
  }
  await expect
    .poll(async () => {
      await pass()
      return connections.state('c')?.state
    }, quickly)
    .toBe('live')
  // It looks every five seconds, and has to have seen how things were.
  for (let second = 0; second < 6; second++) expect(await reasons()).toEqual([])
  return reasons
}

test('Workload Balancing that is enabled makes the console stand back, until it is off again', async () => {
  const lab = await aLab()
  const { ref } = await poolOf(lab)
  const reasons = await watching(lab)
  await lab.call('pool.initialize_wlb', 'wlb.example:8012', 'wlb', 'secret', 'root', 'secret')
  await lab.call('pool.set_wlb_enabled', ref, true)
  await expect
    .poll(reasons, quickly)
    .toEqual(['Workload Balancing is enabled on this pool and moves VMs by itself.'])
  await lab.call('pool.set_wlb_enabled', ref, false)
  await expect.poll(reasons, quickly).toEqual([])
})

test('a plan that no longer covers the failures to be survived makes the console stand back', async () => {
  const lab = await aLab(fullLab)
  const { ref } = await poolOf(lab)
  const reasons = await watching(lab)
  await enableHa(lab)
  await lab.call('pool.set_ha_host_failures_to_tolerate', ref, 1)
  const vm = await lab.named('VM', 'vm-2')
  await lab.call('VM.set_ha_restart_priority', vm.ref, 'restart')
  await expect
    .poll(reasons, quickly)
    .toEqual([expect.stringContaining('High availability has no plan for as many host failures')])
  await lab.call('pool.disable_ha')
  await expect.poll(reasons, quickly).toEqual([])
})

test('a connected Xen Orchestra and a move that was not ours make the console stand back for its balancer', async () => {
  const lab = await aLab({ ...tinyLab, linkBytesPerSecond: GIB })
  const { ref } = await poolOf(lab)
  const reasons = await watching(lab)
  const seen = JSON.stringify({ lastConnected: Date.now(), networkInterfaces: {} })
  await lab.call('pool.add_to_other_config', ref, 'xo:clientInfo:abc', seen)
  const [vm, host] = [await lab.named('VM', 'idle'), await lab.named('host', 'host-2')]
  await lab.call('VM.pool_migrate', vm.ref, host.ref, {})
  await expect
    .poll(reasons, quickly)
    .toEqual([expect.stringContaining('A Xen Orchestra is connected and somebody moved a VM')])
})

const stateOf = async (lab: Lab, name: string) => {
  const { power_state, resident_on } = (await lab.named('VM', name)).record
  return [power_state, resident_on]
}

test('high availability halts what ran on a host that died, and starts what is protected where there is room', async () => {
  const lab = await aLab({
    ...tinyLab,
    vms: [
      ...tinyLab.vms,
      aVm('protected'),
      aVm('on-its-own-disk', { localDiskBytes: GIB }),
      aVm('unprotected'),
      aVm('best-effort', { memoryBytes: 16 * MIB }),
    ],
  })
  await enableHa(lab)
  for (const [name, priority] of [
    ['protected', 'restart'],
    ['on-its-own-disk', 'restart'],
    ['best-effort', 'best-effort'],
  ] as const)
    await lab.call('VM.set_ha_restart_priority', (await lab.named('VM', name)).ref, priority)
  await lab.controls[0]?.stopHost('host-2')
  const third = (await lab.named('host', 'host-3')).ref
  await expect.poll(() => stateOf(lab, 'protected'), quickly).toEqual(['Running', third])
  expect(await stateOf(lab, 'best-effort')).toEqual(['Running', third])
  expect(await stateOf(lab, 'unprotected')).toEqual(['Halted', 'OpaqueRef:NULL'])
  expect(await stateOf(lab, 'on-its-own-disk')).toEqual(['Halted', 'OpaqueRef:NULL'])
  expect(await stateOf(lab, 'other-big')).toEqual(['Halted', 'OpaqueRef:NULL'])
  const names = async () => (await lab.records('message')).map(([, { name }]) => name)
  expect(await names()).toEqual(['HA_HOST_FAILED', 'HA_PROTECTED_VM_RESTART_FAILED'])
  const { record } = await lab.named('host', 'host-3')
  expect(record.resident_VMs).toContain((await lab.named('VM', 'protected')).ref)

  await lab.controls[0]?.startHost('host-2')
  const second = (await lab.named('host', 'host-2')).ref
  await expect.poll(() => stateOf(lab, 'on-its-own-disk'), quickly).toEqual(['Running', second])
})

test('without high availability what ran on a host that died is told as running until its power state is reset', async () => {
  const lab = await aLab()
  const [vm, host] = [await lab.named('VM', 'other-big'), await lab.named('host', 'host-2')]
  await expect(lab.call('VM.power_state_reset', vm.ref)).rejects.toThrow('DOMAIN_EXISTS')
  await lab.controls[0]?.stopHost('host-2')
  expect(await stateOf(lab, 'other-big')).toEqual(['Running', host.ref])
  await lab.call('VM.power_state_reset', vm.ref)
  expect(await stateOf(lab, 'other-big')).toEqual(['Halted', 'OpaqueRef:NULL'])
})

test('a host that is back runs none of the VMs it had', async () => {
  const lab = await aLab()
  await lab.controls[0]?.stopHost('host-2')
  await lab.controls[0]?.startHost('host-2')
  expect(await stateOf(lab, 'other-big')).toEqual(['Halted', 'OpaqueRef:NULL'])
})
