import { expect, test } from 'vitest'
import { casesOf, type ReadCase } from '../../src/main/cli/read-cases.ts'

const aCase = (change: object = {}): object => ({
  memoryBytes: 64 * 2 ** 20,
  policy: { name: 's1' },
  link: { bandwidthBytesPerSecond: 100e6, latencyMs: 0.2 },
  workload: { kind: 'idle' },
  ...change,
})

const told = ([read]: readonly ReadCase[]): readonly string[] =>
  read?.kind === 'faults'
    ? read.faults.map(({ field, value, allowed }) => `${field} ${value}: ${allowed}`)
    : []

const faultsOf = (change: object): readonly string[] => told(casesOf(JSON.stringify(aCase(change))))

test('a fault names field, value and what is allowed in plain words', () => {
  expect(faultsOf({ memoryBytes: -1 })).toEqual(['memoryBytes -1: a number of at least 4096'])
  expect(faultsOf({ memoryBytes: 5000.5 })).toEqual(['memoryBytes 5000.5: a whole number'])
  expect(faultsOf({ memoryBytes: undefined })).toEqual(['memoryBytes missing: a number'])
  expect(faultsOf({ link: { bandwidthBytesPerSecond: 0, latencyMs: 'x' } })).toEqual([
    'link.bandwidthBytesPerSecond 0: a number of at least 1',
    'link.latencyMs x: a number',
  ])
  expect(faultsOf({ host: 'vmware' })).toEqual(['host vmware: one of xen, qemu, or an object'])
  expect(faultsOf({ logRead: 'never' })).toEqual(['logRead never: one of region, round'])
})

test('every field that no case has is told', () => {
  expect(faultsOf({ speed: 1, colour: 2 })).toEqual([
    'speed 1: no field of this name',
    'colour 2: no field of this name',
  ])
})

test('of a host that is spelt out only what is wrong with it is told', () => {
  const host = { roundMs: -1, pauseMs: 1, resumeMs: 1, suspendDirtyPages: 1 }
  expect(faultsOf({ host })).toEqual(['host.roundMs -1: a number of at least 0'])
})

test('a threshold called __proto__, which no record holds, is refused as any unknown one', () => {
  const { link, ...migration } = aCase() as { readonly link: object }
  const given = JSON.stringify(migration).replace('"s1"', '"s1","thresholds":{"__proto__":5}')
  const onLink = JSON.stringify(link)
  const fault = /^policy\.thresholds\.__proto__ 5: one of .*triggerTheta, switchTheta, /
  expect(told(casesOf(`{"link":${onLink},${given.slice(1)}`))).toEqual([expect.stringMatching(fault)])
  expect(told(casesOf(`{"link":${onLink},"migrations":[${given}]}`))).toEqual([
    expect.stringMatching(/^migrations\.0\.policy\.thresholds\.__proto__ 5: one of .*triggerTheta, /),
  ])
})

test('NaN and Infinity, which JSON does not have, are told by their field', () => {
  const text = JSON.stringify(aCase()).replace('0.2', 'NaN').replace('67108864', '-Infinity')
  expect(told(casesOf(text))).toEqual(['memoryBytes -Infinity: a number', 'link.latencyMs NaN: a number'])
})

test('a case with a million wrong entries tells twenty', () => {
  const pagesPerSecond = Array.from({ length: 10_000 }, () => -1)
  const workload = { kind: 'recorded', stepSeconds: 1, workingSetPages: 10, pagesPerSecond }
  expect(faultsOf({ workload })).toHaveLength(20)
})

test('a mark of byte order, line ends of any kind and empty lines are no cases', () => {
  const line = JSON.stringify(aCase())
  expect(casesOf(`\uFEFF${line}\r\n\r\n${line}\r\n`).map(read => [read.kind, read.line])).toEqual([
    ['case', 1],
    ['case', 3],
  ])
  expect(casesOf('\uFEFF\r\n \n')).toEqual([])
})

test('a wrong first line does not keep the others from being read', () => {
  const line = JSON.stringify(aCase())
  expect(casesOf(`{]\n${line}\nwords\n`).map(read => read.kind)).toEqual(['faults', 'case', 'faults'])
})

test('a broken object over many lines is one wrong case', () => {
  const broken = JSON.stringify(aCase(), null, 2).replace(': "s1"', ': s1')
  expect(casesOf(broken)).toHaveLength(1)
})

test('a mix of more classes of pages than can be told apart is refused', () => {
  const zipf = { kind: 'zipf', workingSetPages: 1000, writesPerSecond: 10 }
  const workloads = Array.from({ length: 16 }, () => zipf)
  expect(faultsOf({ workload: { kind: 'mix', workloads } })[0]).toContain('workload.workloads')
})

test('rhythms, links and times too small or too large to be gone through are refused', () => {
  const inner = { kind: 'uniform', workingSetPages: 10, writesPerSecond: 1 }
  const workload = { kind: 'phases', onSeconds: 1e-300, offSeconds: 1, startSeconds: 1e308, workload: inner }
  expect(faultsOf({ workload })).toEqual([
    'workload.onSeconds 1e-300: a number of at least 0.01',
    'workload.startSeconds 1e+308: a number of at most 1000000000',
  ])
  const link = { bandwidthBytesPerSecond: 1e-300, latencyMs: 0, cuts: [{ fromMs: 0, toMs: 1e308 }] }
  expect(faultsOf({ link, maxLiveSeconds: 1e7 })).toEqual([
    'link.bandwidthBytesPerSecond 1e-300: a number of at least 1',
    'link.cuts.0.toMs 1e+308: a number of at most 1000000000000',
    'maxLiveSeconds 10000000: a number of at most 86400',
  ])
})
