import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { createCertificate } from '../../src/main/adapters/lab/certificate.ts'
import { readMethodCall } from '../../src/main/adapters/lab/read-method-call.ts'
import { WireRefs } from '../../src/main/adapters/lab/wire-refs.ts'
import { float, smallInt, xapiDate } from '../../src/main/adapters/lab/wire-value.ts'
import { xmlValue } from '../../src/main/adapters/lab/xml-value.ts'

const call = (value: string) =>
  `<?xml version='1.0'?>\n<methodCall>\n<methodName>m</methodName>\n<params>\n<param>\n${value}\n</param>\n</params>\n</methodCall>\n`

test('values have the types of the XenAPI: integers and strings untyped, floats, times and small integers typed', () => {
  expect(xmlValue('a <b> & "c"')).toBe('<value>a &lt;b&gt; &amp; "c"</value>')
  expect(xmlValue(2 ** 40)).toBe('<value>1099511627776</value>')
  expect(xmlValue(float(1))).toBe('<value><double>1</double></value>')
  expect(xmlValue(smallInt(3))).toBe('<value><i4>3</i4></value>')
  expect(xmlValue(xapiDate(Date.UTC(2026, 10, 20, 20)))).toBe(
    '<value><dateTime.iso8601>20261120T20:00:00Z</dateTime.iso8601></value>',
  )
  expect(xmlValue(undefined)).toBe('<value></value>')
  expect(xmlValue([true, 'x'])).toBe(
    '<value><array><data><value><boolean>1</boolean></value><value>x</value></data></array></value>',
  )
  expect(xmlValue({ 1: '' })).toBe(
    '<value><struct><member><name>1</name><value></value></member></struct></value>',
  )
  expect(JSON.stringify({ f: float(0.5), d: xapiDate(0), i: smallInt(2) })).toBe(
    '{"f":0.5,"d":"19700101T00:00:00Z","i":2}',
  )
})

test.each([
  ['<value>  plain </value>', '  plain '],
  ['<value><string>a &lt;&#65;&#x42;&gt; &amp;&quot;&apos;</string></value>', 'a <AB> &"\''],
  ['<value/>', ''],
  ['<value><string/></value>', ''],
  ['<value>\n <int>60</int>\n</value>', '60'],
  ['<value><double>60.1</double></value>', 60.1],
  ['<value><boolean>1</boolean></value>', true],
  ['<value><array><data/></array></value>', []],
  [
    '<value><array><data>\n<value>a</value>\n<value><i4>-2</i4></value>\n</data></array></value>',
    ['a', '-2'],
  ],
  ['<value><struct>\n<member>\n<name>k</name>\n<value>v</value>\n</member>\n</struct></value>', { k: 'v' }],
])('a parameter %s is read', (xml, value) => {
  expect(readMethodCall(call(xml))).toEqual({ method: 'm', params: [value] })
})

test.each([
  ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><methodCall><methodName>m</methodName></methodCall>'],
  ['an unknown entity', call('<value>&a;</value>')],
  ['a bare ampersand', call('<value>a & b</value>')],
  ['an impossible character', call('<value>&#x110000;</value>')],
  ['an attribute', call('<value a="b">x</value>')],
  ['a comment', call('<value><!-- x --></value>')],
  ['an unknown type', call('<value><base64>eA==</base64></value>')],
  ['a number that is none', call('<value><int>x</int></value>')],
  ['a double that is none', call('<value><double>nan</double></value>')],
  ['a missing end', '<methodCall><methodName>m</methodName>'],
  ['something behind the end', `${call('<value/>')}x`],
  ['33 levels', call(`${'<value><array><data>'.repeat(33)}${'</data></array></value>'.repeat(33)}`)],
  ['no call', ''],
])('%s is no call', (_, xml) => {
  expect(readMethodCall(xml)).toBeNull()
})

test('100,000 levels are refused without a full stack, and a member named __proto__ is a member', () => {
  expect(readMethodCall(call('<value><array><data>'.repeat(100_000)))).toBeNull()
  const read = readMethodCall(
    call('<value><struct><member><name>__proto__</name><value>x</value></member></struct></value>'),
  )
  expect(Object.entries(read?.params[0] ?? {})).toEqual([['__proto__', 'x']])
})

test('references look different in another pool and after a restart, and come back as they were', () => {
  const ref = 'OpaqueRef:0123abcd-0000-4000-a000-000000000000'
  const [first, second] = [new WireRefs(0), new WireRefs(1)]
  expect(first.exchange(ref)).toBe(ref)
  const there = second.exchange(`["${ref}","OpaqueRef:NULL"]`)
  expect(there).not.toContain(ref)
  expect(there).toContain('OpaqueRef:NULL')
  expect(second.exchange(there)).toContain(ref)
  first.renew()
  const renewed = first.exchange(ref)
  expect(renewed).not.toBe(ref)
  expect(first.exchange(renewed)).toBe(ref)
})

test('a certificate is signed by itself for its name and address, and ends when it is told to', () => {
  const [fromMs, untilMs] = [Date.UTC(2026, 0, 1), Date.UTC(2051, 0, 2)]
  const made = createCertificate({ name: 'host-1', address: '127.0.0.200', fromMs, untilMs })
  const read = new X509Certificate(made.certificatePem)
  expect(read.verify(read.publicKey)).toBe(true)
  expect(read.checkIssued(read)).toBe(true)
  expect(read.checkIP('127.0.0.200')).toBe('127.0.0.200')
  expect(read.checkHost('host-1')).toBe('host-1')
  expect([read.validFromDate, read.validToDate].map(Number)).toEqual([fromMs, untilMs])
  expect(made.fingerprint).toBe(read.fingerprint256)
  expect(made.keyPem).toContain('PRIVATE KEY')
})
