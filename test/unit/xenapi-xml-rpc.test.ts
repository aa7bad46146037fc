import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeXml, parseXmlRpc, xmlRequest } from '../../src/main/adapters/xenapi/xml-rpc.ts'

const response = (value: string): string =>
  `<?xml version="1.0"?><methodResponse><params><param>${value}</param></params></methodResponse>`

const readValue = (value: string): Promise<unknown> => parseXmlRpc(Buffer.from(response(value)))

const origin = new URL('https://xen1')
const decode = (text: string, type = 'text/xml') =>
  decodeXml({ status: 200, contentType: type, location: '', body: Buffer.from(text) }, origin)

const struct = (members: Readonly<Record<string, string>>): string =>
  `<value><struct>${Object.entries(members)
    .map(([name, value]) => `<member><name>${name}</name>${value}</member>`)
    .join('')}</struct></value>`

test('a call is written as XenAPI reads it: text, floats as doubles, maps, sets, times', () => {
  const { text } = xmlRequest('event.from', [
    'OpaqueRef:s',
    ['pool', 'host'],
    30.1,
    60,
    { live: 'true' },
    true,
    new Date('2026-11-20T20:00:00Z'),
  ]).body
  expect(text).toBe(
    '<?xml version="1.0"?><methodCall><methodName>event.from</methodName><params>' +
      '<param><value><string>OpaqueRef:s</string></value></param>' +
      '<param><value><array><data><value><string>pool</string></value><value><string>host</string></value></data></array></value></param>' +
      '<param><value><double>30.1</double></value></param>' +
      '<param><value><double>60.0</double></value></param>' +
      '<param><value><struct><member><name>live</name><value><string>true</string></value></member></struct></value></param>' +
      '<param><value><boolean>1</boolean></value></param>' +
      '<param><value><dateTime.iso8601>20261120T20:00:00Z</dateTime.iso8601></value></param>' +
      '</params></methodCall>',
  )
})

test('any text that XML can carry comes back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async text => {
      fc.pre(!/[\p{Cc}\uFFFE\uFFFF]/u.test(text))
      const { body } = xmlRequest('x', [`a<b>&"'${text}]]>`])
      const written = /<string>[\s\S]*<\/string>/.exec(body.text)?.[0] ?? ''
      expect(await readValue(`<value>${written}</value>`)).toBe(`a<b>&"'${text}]]>`)
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('text that XML cannot carry is refused before it is sent, and not repeated', () => {
  expect(() => xmlRequest('session.login_with_password', ['root', 'secret\u0000'])).toThrow(
    /^What was to be sent holds a character/,
  )
})

test.for([
  ['untyped text', '<value>a b </value>', 'a b '],
  ['nothing', '<value></value>', ''],
  ['an empty element', '<value/>', ''],
  ['a 64-bit integer as digits', '<value>9223372036854775807</value>', '9223372036854775807'],
  ['a small integer', '<value><i4>5</i4></value>', 5],
  ['a large integer by its extension', '<value><i8>9223372036854775807</i8></value>', '9223372036854775807'],
  ['a float', '<value><double>0.25</double></value>', 0.25],
  ['nan', '<value><double>nan</double></value>', Number.NaN],
  ['a negative nan', '<value><double>-nan</double></value>', Number.NaN],
  ['infinity', '<value><double>inf</double></value>', Number.POSITIVE_INFINITY],
  ['minus infinity', '<value><double>-inf</double></value>', Number.NEGATIVE_INFINITY],
  ['truth', '<value><boolean>1</boolean></value>', true],
  ['a time', '<value><dateTime.iso8601>19700101T00:00:00Z</dateTime.iso8601></value>', '19700101T00:00:00Z'],
  ['an empty set', '<value><array><data/></array></value>', []],
  ['an empty map', '<value><struct/></value>', {}],
  ['entities', '<value>&lt;b&gt; &amp; &#228;</value>', '<b> & ä'],
  ['space between elements', '<value>\n <array>\n<data>\n<value>a</value>\n</data></array>\n</value>', ['a']],
] as const)('%s is read', async ([, xml, expected]) => {
  expect(await readValue(xml)).toEqual(expected)
})

test('a result is unwrapped, and a refusal thrown with its parameters', async () => {
  const success = struct({ Status: '<value>Success</value>', Value: '<value>Running</value>' })
  expect(await decode(response(success))).toBe('Running')
  const failure = struct({
    Status: '<value>Failure</value>',
    ErrorDescription:
      '<value><array><data><value>HOST_IS_SLAVE</value><value>10.0.0.5</value></data></array></value>',
  })
  const error = await decode(response(failure)).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'XenApiError', code: 'HOST_IS_SLAVE' })
  expect((error as { param(index: number): string }).param(0)).toBe('10.0.0.5')
})

test.for([
  ['a fault', '<methodResponse><fault><value>x</value></fault></methodResponse>', 'is not XML-RPC'],
  ['HTML', '<html><body><br></body></html>', 'is not XML-RPC'],
  ['nothing', '', 'is not XML-RPC'],
  ['half an answer', response(struct({ Status: '<value>Success</value>' })).slice(0, 120), 'is not XML-RPC'],
  ['no params', '<methodResponse></methodResponse>', 'is not XML-RPC'],
  ['another service', response('<value>hello</value>'), 'has neither result nor error'],
  ['a float that is none', response('<value><double>lots</double></value>'), 'is not XML-RPC'],
] as const)('%s is no XenServer', async ([, text, why]) => {
  await expect(decode(text)).rejects.toMatchObject({
    code: 'not-xenapi',
    message: expect.stringContaining(why),
  })
})

test('entities that a document declares are not expanded', async () => {
  const bomb =
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>' +
    response('<value>&b;</value>').replace('<?xml version="1.0"?>', '')
  const value = await parseXmlRpc(Buffer.from(bomb)).catch(() => 'refused')
  expect(String(value)).not.toContain('aaaaaaaaaa')
})

test('10 MB of nesting are refused at once and nothing overflows', async () => {
  const nest = '<value><array><data>'.repeat(500_000)
  const startedAt = performance.now()
  await expect(readValue(nest)).rejects.toThrow('nested too deeply')
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})

test('a member named __proto__ is a member and changes nothing else', async () => {
  const value = (await readValue(
    struct({ __proto__x: '<value>1</value>' }).replace('__proto__x', '__proto__'),
  )) as Record<string, unknown>
  expect(Object.keys(value)).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
})

test('a character that straddles two slices of a long answer is read whole', async () => {
  const long = `${'x'.repeat(64 * 1024 - 90)}${'ä€😀'.repeat(100)}`
  expect(await readValue(`<value>${long}</value>`)).toBe(long)
})
