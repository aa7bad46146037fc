import { expect, test } from 'vitest'
import type { VmFacts, VmState } from '../../src/main/adapters/qemu/examine-vm.ts'
import { qemuHostsFile, qemuVmName, qmpAddress } from '../../src/main/adapters/qemu/hosts-file.ts'
import {
  immovableBecause,
  immovableByCommandBecause,
} from '../../src/main/adapters/qemu/immovable-because.ts'
import { isHere } from '../../src/main/adapters/qemu/is-here.ts'
import { qemuCapabilities } from '../../src/main/adapters/qemu/qemu-capabilities.ts'
import { placeVms, type SeenVm } from '../../src/main/adapters/qemu/qemu-inventory.ts'

const facts: VmFacts = {
  version: { major: 10, minor: 0, micro: 2 },
  name: 'db',
  memoryBytes: 2 ** 28,
  isKvm: false,
  threads: [7],
  disks: [],
  hostDevices: [],
  isOfLibvirt: false,
}
const running: VmState = { status: 'running', migration: 'none' }

test.each<[Partial<VmFacts>, Partial<VmState>, RegExp | null]>([
  [{}, {}, null],
  [{ isOfLibvirt: true }, {}, /managed by libvirt/],
  [{ version: { major: 7, minor: 2, micro: 0 } }, {}, /QEMU 7\.2 loses written pages/],
  [{ version: { major: 7, minor: 2, micro: 0 }, isKvm: true }, {}, null],
  [{ version: { major: 8, minor: 2, micro: 0 } }, {}, null],
  [{ hostDevices: ['gpu0'] }, {}, /passed through \(gpu0\)/],
  [{ disks: ['virtio0'] }, {}, /writes to disks \(virtio0\)/],
  [{}, { status: 'paused' }, /it is paused/],
  [{}, { migration: 'postcopy-active' }, /being migrated/],
  [{}, { migration: 'setup' }, /being migrated/],
  [{}, { migration: 'cancelling' }, /being migrated/],
])('a VM with %j that is %j can be moved, or why not is said', (part, state, reason) => {
  const because = immovableBecause({ ...facts, ...part }, { ...running, ...state })
  if (reason === null) expect(because).toBeNull()
  else expect(because).toMatch(reason)
})

test('a name that a shell could take for more is given to no command', () => {
  expect(immovableByCommandBecause('x; reboot', facts, running)).toMatch(/no host command is given it/)
  const because = immovableBecause({ ...facts, name: '$(reboot)', isOfLibvirt: true }, running)
  expect(because).toContain('virsh migrate --live NAME ')
})

const seenOn = (hostName: string, status: string): SeenVm => ({
  socket: { hostName, vmName: 'db', address: `/run/${hostName}/db.qmp`, notes: {}, fault: null },
  facts,
  state: { status, migration: 'none' },
})
const placesOf = (...seen: readonly SeenVm[]) =>
  placeVms(seen, 'c').map(vm => [vm.id, vm.seen.socket.hostName, vm.duplicateOn])

test.each([
  ['before the switch', 'running', 'inmigrate', 'a'],
  ['in the pause', 'finish-migrate', 'inmigrate', 'a'],
  ['after the switch', 'finish-migrate', 'running', 'b'],
  ['when it is done', 'postmigrate', 'running', 'b'],
])('a VM that moves is one VM: %s', (_, source, destination, host) => {
  expect(placesOf(seenOn('a', source), seenOn('b', destination))).toEqual([['c.db', host, null]])
})

test('two that run under one name are two VMs, and each says where the other is', () => {
  expect(placesOf(seenOn('a', 'running'), seenOn('b', 'running'))).toEqual([
    ['c.db', 'a', 'b'],
    ['c.db@b', 'b', 'a'],
  ])
})

test('what waits for a migration is no VM', () => {
  expect(placesOf(seenOn('b', 'inmigrate'))).toEqual([])
})

test.each(['$(reboot)', '../x', 'a b', '-rf', '', 'x'.repeat(65)])('no VM is called %j', name => {
  expect(qemuVmName.safeParse(name).success).toBe(false)
})

test.each([
  ['tcp:127.0.0.1:4444', true],
  ['tcp:[::1]:4444', true],
  ['unix:/run/vm.qmp', true],
  ['/run/vm.qmp', true],
  ['run/vm.qmp', false],
  ['http://x', false],
  [`/${'x'.repeat(108)}`, false],
])('%j as a QMP address: %j', (text, isOne) => {
  expect(qmpAddress.safeParse(text).success).toBe(isOne)
})

test('a socket has one address, however it is written', () => {
  expect(qmpAddress.parse('unix:/run/vm.qmp')).toBe(qmpAddress.parse('/run/vm.qmp'))
})

test.each([
  [undefined, [], true],
  [['/usr/bin/qemu-host'], ['/run/vm.qmp', 'tcp:127.0.0.1:4444', 'tcp:[::1]:4444'], true],
  [['ssh', 'ops@beta', 'qemu-host'], [], false],
  [undefined, ['tcp:10.0.0.5:4444'], false],
])('a host with the command %j and the sockets %j is this machine: %j', (command, qmp, is) => {
  expect(isHere({ command, qmp })).toBe(is)
})

test('two hosts of one name are refused, and words that mean nothing', () => {
  const host = { name: 'a', sockets: '/run/a' }
  expect(qemuHostsFile.safeParse({ hosts: [host, host] }).success).toBe(false)
  expect(qemuHostsFile.safeParse({ hosts: [{ ...host, socket: '/run/a' }] }).success).toBe(false)
  expect(qemuHostsFile.parse({ hosts: [host] }).linkBytesPerSecond).toBe(128 * 2 ** 20)
})

test('requests go beside the limit where every QEMU knows postcopy-preempt', () => {
  const of = (...versions: readonly (readonly [number, number])[]) =>
    qemuCapabilities(versions.map(([major, minor]) => ({ major, minor, micro: 0 }))).requestsBeside
  expect([of(), of([7, 1]), of([10, 0]), of([7, 0]), of([6, 2], [8, 2])]).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
})
