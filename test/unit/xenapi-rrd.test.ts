import { expect, test } from 'vitest'
import { hostSampleOf, vmReadingsOf, vmSampleOf } from '../../src/main/adapters/xenapi/rrd-samples.ts'
import { parseRrdUpdates } from '../../src/main/adapters/xenapi/rrd-updates.ts'

const legendOf = (...entries: readonly string[]): string => JSON.stringify(entries)
const rrd = (legend: string, rows: string, step = 5): string =>
  `{"meta":{"start":100,"step":${step},"end":110,"rows":2,"columns":1,"legend":${legend}},"data":[${rows}]}`

test('rows come newest first and the newest number of each data source counts', () => {
  const updates = parseRrdUpdates(
    rrd(
      legendOf('AVERAGE:vm:u1:cpu0', 'AVERAGE:vm:u1:memory', 'AVERAGE:host:h1:cpu_avg'),
      '{"t":110,"values":["0.5","NaN","0.25"]},{"t":105,"values":["0.4","1024","0.2"]}',
    ),
  )
  expect(updates.newestSeconds).toBe(110)
  expect(updates.vms.get('u1')).toEqual(
    new Map([
      ['cpu0', { value: 0.5, atSeconds: 110 }],
      ['memory', { value: 1024, atSeconds: 105 }],
    ]),
  )
  expect(updates.hosts.get('h1')?.get('cpu_avg')).toEqual({ value: 0.25, atSeconds: 110 })
})

test('bare NaN of old servers is no number, and stays text in a legend', () => {
  const updates = parseRrdUpdates(
    rrd(
      legendOf('AVERAGE:vm:u1:NaN,cpu', 'AVERAGE:vm:u1:b', 'AVERAGE:vm:u1:c'),
      '{"t":110,"values":[1,NaN,-Infinity]}',
    ),
  )
  expect([...(updates.vms.get('u1') ?? [])].map(([name]) => name)).toEqual(['NaN,cpu'])
})

test('a data source with colons, slashes and dashes keeps its whole name', () => {
  const updates = parseRrdUpdates(rrd(legendOf('AVERAGE:host:h1:pool:x/y-z'), '{"t":110,"values":["1"]}'))
  expect([...(updates.hosts.get('h1')?.keys() ?? [])]).toEqual(['pool:x/y-z'])
})

test('the XML of older servers says the same as the JSON of newer ones', () => {
  const xml =
    '<?xml version="1.0"?><xport><meta><start>100</start><step>5</step><end>110</end><rows>2</rows><columns>3</columns>' +
    '<legend><entry>AVERAGE:vm:u1:cpu0</entry><entry>AVERAGE:vm:u1:a&lt;b&amp;c</entry><entry>AVERAGE:host:h1:cpu_avg</entry></legend></meta>' +
    '<data><row><t>110</t><v>0.5</v><v>NaN</v><v>0.25</v></row><row><t>105</t><v>4.0000e-01</v><v>1024</v><v>0.2</v></row></data></xport>'
  const json = rrd(
    legendOf('AVERAGE:vm:u1:cpu0', 'AVERAGE:vm:u1:a<b&c', 'AVERAGE:host:h1:cpu_avg'),
    '{"t":110,"values":["0.5","NaN","0.25"]},{"t":105,"values":["0.4","1024","0.2"]}',
  )
  expect(parseRrdUpdates(xml)).toEqual(parseRrdUpdates(json))
  expect(parseRrdUpdates(`\n ${xml}`).vms.get('u1')?.get('a<b&c')).toEqual({ value: 1024, atSeconds: 105 })
})

test('XML without a step, or with none that makes sense, is no RRD document', () => {
  for (const step of ['', '<step>soon</step>', '<step>0</step>'])
    expect(() => parseRrdUpdates(`<xport><meta>${step}<legend></legend></meta><data/></xport>`)).toThrow()
})

test('other consolidations and odd legend entries are passed over', () => {
  const legend = legendOf('MAX:vm:u1:cpu0', 'nonsense', 'AVERAGE:sr:s1:io', 'AVERAGE:vm:u1:')
  const updates = parseRrdUpdates(rrd(legend, '{"t":110,"values":["1","2","3","4"]}'))
  expect(updates.vms.get('u1')?.get('cpu0')).toBeUndefined()
  expect(updates.hosts.size).toBe(0)
})

test.for([
  '',
  '<xport/>',
  '[]',
  '{"meta":{}}',
  '{"meta":{"step":5,"legend":[]},"data":{}}',
])('what is no RRD document throws: %s', text => {
  expect(() => parseRrdUpdates(text)).toThrow()
})

const figures = (entries: Readonly<Record<string, number>>, atSeconds = 100) =>
  new Map(Object.entries(entries).map(([name, value]) => [name, { value, atSeconds }]))

test('a VM sample is worked out from its data sources, with their age', () => {
  const sample = vmSampleOf(
    'u1',
    vmReadingsOf(
      figures({
        cpu0: 0.2,
        cpu1: 0.6,
        memory: 1024 * 1024,
        memory_internal_free: 256,
        vif_0_rx: 1000,
        vif_0_tx: 500,
        vbd_xvda_read: 30,
        vbd_xvda_write: 70,
        vbd_xvda_read_latency: 99_999,
        vif_0_rx_errors: 77_777,
      }),
    ),
    102_000,
  )
  expect(sample.cpuRatio).toEqual({ origin: 'measured', value: 0.4, ageMs: 2000 })
  expect(sample.memoryRatio).toEqual({ origin: 'measured', value: 0.75, ageMs: 2000 })
  expect(sample.ioBytesPerSecond).toEqual({ origin: 'measured', value: 1600, ageMs: 2000 })
  expect(sample.diskReadBytesPerSecond).toEqual({ origin: 'measured', value: 30, ageMs: 2000 })
  expect(sample.networkReceiveBytesPerSecond).toEqual({ origin: 'measured', value: 1000, ageMs: 2000 })
  expect(sample.dirtyPagesPerSecond.origin).toBe('unavailable')
  expect(sample.pageFaultsPerSecond.origin).toBe('unavailable')
})

test('cpu_usage is preferred to the mean of the vCPUs', () => {
  expect(
    vmSampleOf('u1', vmReadingsOf(figures({ cpu_usage: 0.9, cpu0: 0.1 })), 100_000).cpuRatio,
  ).toMatchObject({
    value: 0.9,
  })
})

test('without a guest agent the memory in use is not known', () => {
  expect(vmSampleOf('u1', vmReadingsOf(figures({ memory: 1024 })), 100_000).memoryRatio.origin).toBe(
    'unavailable',
  )
})

test('a figure older than half a minute says nothing about now', () => {
  expect(vmSampleOf('u1', vmReadingsOf(figures({ cpu_usage: 0.5 })), 131_000).cpuRatio.origin).toBe(
    'unavailable',
  )
})

test('a row from just ahead of our clock has age zero', () => {
  expect(vmSampleOf('u1', vmReadingsOf(figures({ cpu_usage: 0.5 })), 99_000).cpuRatio).toMatchObject({
    ageMs: 0,
  })
})

test('a host sample is worked out from its data sources', () => {
  const sample = hostSampleOf(
    'h1',
    figures({
      cpu_avg: 0.3,
      memory_total_kib: 1000,
      memory_free_kib: 400,
      pif_aggr_rx: 10,
      pif_aggr_tx: 20,
      pif_eth0_rx: 10,
      pif_eth0_tx: 20,
      io_throughput_total_0123abcd: 1,
    }),
    100_000,
  )
  expect(sample.cpuRatio).toMatchObject({ value: 0.3 })
  expect(sample.memoryRatio).toMatchObject({ value: 0.6 })
  expect(sample.memoryFreeBytes).toMatchObject({ value: 409_600 })
  expect(sample.ioBytesPerSecond).toMatchObject({ value: 30 + 1024 * 1024 })
  expect(sample.networkBytesPerSecond).toMatchObject({ value: 20 })
})

test('a host of which nothing is known has a sample all the same', () => {
  expect(hostSampleOf('h1', undefined, 0)).toEqual({
    hostId: 'h1',
    atMs: 0,
    cpuRatio: { origin: 'unavailable' },
    memoryRatio: { origin: 'unavailable' },
    memoryFreeBytes: { origin: 'unavailable' },
    ioBytesPerSecond: { origin: 'unavailable' },
    networkBytesPerSecond: { origin: 'unavailable' },
  })
})
