import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { readMethodCall } from '../../src/main/adapters/lab/read-method-call.ts'
import { classNames } from '../../src/main/adapters/lab/xapi-records.ts'
import { xmlValue } from '../../src/main/adapters/lab/xml-value.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { XenSession } from '../../src/main/adapters/xenapi/session.ts'
import { xenLines } from '../../src/main/adapters/xenapi/xen-lines.ts'
import { parseXmlRpc, xmlRequest } from '../../src/main/adapters/xenapi/xml-rpc.ts'
import { openedLab } from '../support/a-lab.ts'
import { aPeer, auth } from '../support/a-peer.ts'
import { noTrust } from '../support/no-trust.ts'

/** Our own session, and every record by class as it reads them. */
const ourRecords = async (url: string, classes: readonly string[]) => {
  const { signal } = new AbortController()
  const session = await XenSession.open(
    {
      settings: { id: 'lab', name: 'lab', url, ...auth, level: 'observe' },
      openLine: xenLines(noTrust),
      clock: systemClock,
      members: [],
    },
    signal,
  )
  onTestFinished(() => session.close())
  const read = async (name: string) =>
    [name, await session.call(`${name}.get_all_records`, [], { signal, timeoutMs: 5000 })] as const
  return Object.fromEntries(await Promise.all(classes.map(read)))
}

/** Times as text: xen-api makes dates of them when they come as XML. */
const withoutDates = (value: unknown): unknown => {
  if (value instanceof Date) return `${value.toISOString().slice(0, 19).replaceAll('-', '')}Z`
  if (Array.isArray(value)) return value.map(withoutDates)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutDates(entry)]))
}

for (const xmlOnly of [false, true]) {
  const wire = xmlOnly ? 'XML' : 'JSON'
  test(`by ${wire}, Xen Orchestra's client and ours read the same in every record`, async () => {
    const lab = await openedLab({ xmlOnly })
    const peer = await aPeer(lab.info.url, { watchEvents: false })
    const [vm] = (await peer.call('VM.get_all')) as string[]
    const uuid = await peer.call('VM.get_uuid', vm)
    await peer.call('message.create', 'TOLD', 5, 'VM', uuid, 'two\nlines & <more>')
    await peer.call('task.create', 'a task', 'described')
    const ours = await ourRecords(lab.info.url, classNames)
    for (const name of classNames) {
      const theirs = withoutDates(await peer.call(`${name}.get_all_records`))
      expect(ours[name], name).toEqual(theirs)
      // Without TLS there are none.
      if (name !== 'Certificate') expect(Object.keys(ours[name] as object), name).not.toEqual([])
    }
  })
}

// Neither carriage returns, which XML makes line feeds of, nor what XML cannot carry.
const text = fc.string({ unit: 'binary' }).filter(one => /^[\t\n\u0020-\ud7ff\ue000-\ufffd]*$/.test(one))
const value = fc.letrec(tie => ({
  any: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.boolean(),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(text, tie('any'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any

test('whatever our client sends is read, and whatever the lab answers our client reads', async () => {
  await fc.assert(
    fc.asyncProperty(value, async sent => {
      expect(readMethodCall(xmlRequest('VM.get_all', [sent]).body.text)?.params).toEqual([sent])
      const answer = `<methodResponse><params><param>${xmlValue(sent)}</param></params></methodResponse>`
      expect(await parseXmlRpc(Buffer.from(answer))).toEqual(sent)
    }),
    { seed: 3, numRuns: 200 },
  )
})
