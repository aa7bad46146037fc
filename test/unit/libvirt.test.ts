import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Domain } from '../../src/main/adapters/libvirt/domain.ts'
import { readLook } from '../../src/main/adapters/libvirt/look.ts'
import { observedSample, observedTask, observedVm } from '../../src/main/adapters/libvirt/observed-vm.ts'
import { type PlacedDomain, placeDomains } from '../../src/main/adapters/libvirt/place-domains.ts'
import { readJob } from '../../src/main/adapters/libvirt/read-job.ts'
import { overlap, runningSpans } from '../../src/main/adapters/libvirt/running-spans.ts'
import { libvirtUri, qemuHostsFile } from '../../src/main/adapters/qemu/hosts-file.ts'
import { isHere } from '../../src/main/adapters/qemu/is-here.ts'
import { isToldByLibvirt } from '../../src/main/adapters/qemu/qemu-inventory.ts'
import { Failure } from '../../src/shared/failure.ts'
import { virshSaid } from '../support/fake-virsh.ts'

const MIB = 2 ** 20
const DB = 'f5c0558f-90c3-4751-bf5d-03f235d7f523'

const domainsIn = (fixture: string): ReadonlyMap<string, Domain> =>
  new Map(readLook(virshSaid(fixture)).map(domain => [domain.name, domain]))

const on = (hostName: string, domain: Domain | undefined): PlacedDomain => {
  if (domain === undefined) throw new Error('there is no such domain')
  return { hostName, atMs: 1000, domain, before: null, ran: null, key: domain.uuid, alsoOn: [] }
}
const dbIn = (hostName: string, fixture: string) => on(hostName, domainsIn(fixture).get('db'))

test('what virsh says of a running VM is read', () => {
  expect(domainsIn('running').get('db')).toEqual({
    uuid: DB,
    name: 'db',
    powerState: 'running',
    vcpuCount: 2,
    memoryBytes: 256 * MIB,
    counters: {
      cpuSeconds: expect.closeTo(2.62 + 1.24),
      diskReadBytes: 512,
      diskWrittenBytes: 0,
      receivedBytes: undefined,
      sentBytes: undefined,
      residentBytes: 225_940 * 1024,
    },
    job: null,
  })
})

test('the figures of a VM are what its counters grew by between two looks', () => {
  const [before, domain] = [domainsIn('running').get('db'), domainsIn('a-second-later').get('db')]
  if (before === undefined) throw new Error('there is no such domain')
  const seen = { ...on('alpha', domain), atMs: 2000, before: { atMs: 1000, domain: before } }
  // 0.5 s and 0.04 s of two processors in a second.
  expect(observedSample('vm', seen, 2100)).toMatchObject({
    vmId: 'vm',
    atMs: 2100,
    cpuRatio: { origin: 'measured', value: expect.closeTo(0.27), ageMs: 100 },
    memoryRatio: { value: 1 },
    ioBytesPerSecond: { value: 0 },
    networkReceiveBytesPerSecond: { origin: 'unavailable' },
    dirtyPagesPerSecond: { origin: 'unavailable' },
  })
})

test('a migration of libvirt is a task with its progress, and tells the dirty rate as an estimate', () => {
  const db = dbIn('alpha', 'migrating')
  expect(observedTask('vm', db)).toMatchObject({
    subject: { operation: 'migrate', kind: 'vm', id: 'vm', name: 'db' },
    by: 'libvirt',
    progress: expect.closeTo(1 - 110.758 / 256.758),
    cancellable: false,
  })
  expect(observedVm('c', db).currentOperations).toEqual(['migrate'])
  expect(observedSample('vm', db, 1000)?.dirtyPagesPerSecond).toEqual({
    origin: 'estimated',
    value: 7246,
    ageMs: 0,
  })
})

test.each([
  ['while it is sent', 'migrating', 'incoming', 'alpha'],
  ['in the pause', 'handing-over', 'incoming', 'alpha'],
  ['when its destination runs it', 'handing-over', 'arrived', 'beta'],
  ['when its source has left it', 'left', 'arrived', 'beta'],
])('a VM that moves is one running VM: %s', (_, source, destination, host) => {
  const placed = placeDomains([dbIn('alpha', source), dbIn('beta', destination)])
  expect(placed.map(each => observedVm('c', each))).toMatchObject([
    { id: `c.${DB}`, hostId: `c.${host}`, powerState: 'running' },
  ])
})

test('two that run at the same time are two VMs, each says so, and neither is moved', () => {
  const ran = { fromMs: 0, toMs: 900 }
  const placed = placeDomains([
    { ...dbIn('alpha', 'running'), ran },
    { ...dbIn('beta', 'running'), ran: { fromMs: 500, toMs: 1500 } },
    dbIn('gamma', 'left'),
  ])
  expect(placed.map(each => observedVm('c', each))).toMatchObject([
    {
      id: `c.${DB}`,
      hostId: 'c.alpha',
      immovableBecause: expect.stringMatching(
        /^db runs on alpha and on beta at the same time, .* virsh destroy db/,
      ),
    },
    {
      id: `c.${DB}@beta`,
      hostId: 'c.beta',
      immovableBecause: expect.stringMatching(/^db runs on beta and on alpha at the same time/),
    },
  ])
})

test('what ran at its source before it runs at its destination is one VM, whoever was looked at last', () => {
  const source = { ...dbIn('alpha', 'running'), ran: { fromMs: 0, toMs: 900 } }
  const destination = { ...dbIn('beta', 'running'), ran: { fromMs: 1000, toMs: 2000 } }
  expect(placeDomains([source, destination])).toHaveLength(1)
})

test('a domain is sure to have run from the end of one look to the beginning of another', () => {
  const look = (beganMs: number) => ({ beganMs, endedMs: beganMs + 200 })
  const [runs, rests] = [
    [{ uuid: DB, powerState: 'running' as const }],
    [{ uuid: DB, powerState: 'paused' as const }],
  ]
  const first = runningSpans(new Map(), runs, look(1000))
  const third = runningSpans(runningSpans(first, runs, look(2000)), runs, look(3000))
  expect(third.get(DB)).toEqual({ fromMs: 1200, toMs: 3000 })
  expect(runningSpans(third, rests, look(4000)).size).toBe(0)
  expect(overlap(first.get(DB) ?? null, { fromMs: 0, toMs: 9000 })).toBe(false)
})

test('as long as the source sends, a VM that runs at its destination is still being migrated', () => {
  const [vm] = placeDomains([dbIn('alpha', 'handing-over'), dbIn('beta', 'arrived')])
  expect(vm && observedTask('vm', vm)).toMatchObject({ progress: 1 })
})

test('a VM that is paused is told as that, and one that is off runs nowhere', () => {
  expect(observedVm('c', on('alpha', domainsIn('left').get('web')))).toMatchObject({
    hostId: 'c.alpha',
    powerState: 'paused',
  })
  expect(observedVm('c', dbIn('alpha', 'left'))).toMatchObject({ hostId: null, powerState: 'halted' })
  expect(observedSample('vm', dbIn('alpha', 'left'), 0)).toBeNull()
})

test.each([
  ['db', /^It is managed by libvirt, .* only observed\. Move it with virsh migrate --live db qemu\+ssh:/],
  ['7', new RegExp(`--live ${DB} `)],
  ['$(reboot)', new RegExp(`--live ${DB} `)],
])('a VM called %j is not moved, and what moves it is said in words that may be pasted', (name, because) => {
  const seen = dbIn('alpha', 'running')
  expect(observedVm('c', { ...seen, domain: { ...seen.domain, name } }).immovableBecause).toMatch(because)
})

test.each<[string, ReturnType<typeof readJob>]>([
  ['Job type:         None        \n', null],
  ['Job type:         Completed   \nOperation:        Outgoing migration\n', null],
  ['error: no such thing', null],
  [
    'Job type:         Bounded     \nOperation:        Save\nData total:       1.500 GiB\nData remaining:   12.000 B\n',
    { operation: 'save', totalBytes: 1.5 * 2 ** 30, remainingBytes: 12, dirtyPagesPerSecond: undefined },
  ],
  [
    'Job type: Unbounded\nData total: 1e999 GiB\nDirty rate: -5 pages/s\nData remaining: 3 apples\n',
    { operation: 'job', totalBytes: undefined, remainingBytes: undefined, dirtyPagesPerSecond: undefined },
  ],
])('of %j the job is %j', (text, job) => {
  expect(readJob(text)).toEqual(job)
})

test('a name is what virsh says it is, quotes, spaces and numbers as well', () => {
  const uuids = [DB, DB.replace('f5', 'aa'), DB.replace('f5', 'bb')]
  const names = ["it's", 'two words ', '7']
  const list = names.map((name, at) => `${uuids[at]} ${name}`).join('\n')
  const stats = names.map((name, at) => `Domain: '${name}'\n  vcpu.current=${at + 2}\n`).join('\n')
  const read = readLook(`== stats\n${stats}\n\n== list\n${list}\n`)
  expect(read.map(({ name, vcpuCount }) => [name, vcpuCount])).toEqual([
    ["it's", 2],
    ['two words', 3],
    ['7', 4],
  ])
})

test('whatever virsh prints, it is read or refused', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('== list', '== stats', `== ${DB}`, `${DB} db`, "Domain: 'db'", "Domain: '"),
    fc
      .tuple(fc.constantFrom('state.state', 'vcpu.current', 'balloon.current', 'vcpu.0.time'), fc.integer())
      .map(([key, value]) => `  ${key}=${value}`),
  )
  fc.assert(
    fc.property(fc.array(line), lines => {
      try {
        for (const domain of readLook(lines.join('\n'))) {
          expect(observedVm('c', on('alpha', domain)).vcpuCount).toBeGreaterThan(0)
          observedSample('vm', on('alpha', domain), 0)
        }
      } catch (error) {
        expect(error).toBeInstanceOf(Failure)
      }
    }),
  )
})

test.each([
  ['qemu:///system', true],
  ['qemu:///session?socket=/run/user/1000/libvirt/libvirt-sock', true],
  ['qemu+ssh://ops@beta/system', true],
  ['-c', false],
  ['qemu+ssh://-oProxyCommand=reboot/system', false],
  ['qemu+ssh://ops@-oProxyCommand=reboot/system', false],
  ['qemu:///system --keepalive-interval 1', false],
  ['qemu:///system\n', false],
  ['xen:///system', false],
  [`qemu:///${'x'.repeat(512)}`, false],
])('%j as the URI of a libvirt: %j', (text, isOne) => {
  expect(libvirtUri.safeParse(text).success).toBe(isOne)
})

test.each([
  ['qemu:///system', true],
  ['qemu+unix:///session', true],
  ['qemu+ssh://ops@beta/system', false],
  ['qemu://beta/system', false],
])('a host whose libvirt is at %s is this machine: %j', (libvirt, is) => {
  expect(isHere({ command: undefined, qmp: [], libvirt })).toBe(is)
})

test('two hosts of one libvirt are refused: each of its VMs would run twice', () => {
  const hosts = ['alpha', 'beta'].map(name => ({ name, libvirt: 'qemu:///system' }))
  expect(qemuHostsFile.safeParse({ hosts }).success).toBe(false)
})

test('a QEMU of libvirt that answers by itself as well is shown once, as libvirt tells of it', () => {
  const facts = {
    version: { major: 10, minor: 0, micro: 2 },
    name: 'db',
    memoryBytes: 256 * MIB,
    isKvm: false,
    threads: [7],
    disks: [],
    hostDevices: [],
    isOfLibvirt: true,
  }
  const socket = { hostName: 'alpha', vmName: null, address: '/run/db.qmp', notes: {}, fault: null }
  const state = { status: 'running', migration: 'none' }
  const isTold = (other: object, hostName: string) =>
    isToldByLibvirt({ socket, facts: { ...facts, ...other }, state }, [dbIn(hostName, 'running')])
  expect(isTold({}, 'alpha')).toBe(true)
  expect(isTold({}, 'beta')).toBe(false)
  expect(isTold({ isOfLibvirt: false }, 'alpha')).toBe(false)
  expect(isTold({ name: 'other' }, 'alpha')).toBe(false)
})
