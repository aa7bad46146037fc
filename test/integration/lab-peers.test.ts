import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openedLab } from '../support/a-lab.ts'
import { aPeer, auth } from '../support/a-peer.ts'

const quickly = { interval: 50 }

const vmNamed = (peer: Awaited<ReturnType<typeof aPeer>>, name: string) => {
  const found = Object.values(peer.objects.all).find(one => one.$type === 'VM' && one.name_label === name)
  if (found === undefined) throw new Error(`the peer knows no VM ${name}`)
  return found
}

for (const xmlOnly of [false, true]) {
  const wire = xmlOnly ? 'XML' : 'JSON'

  test(`by ${wire}, Xen Orchestra's client lists the pool, sees changes and migrates a VM`, async () => {
    const lab = await openedLab({ xmlOnly })
    const peer = await aPeer(lab.info.url)
    const byType = Object.groupBy(Object.values(peer.objects.all), ({ $type }) => $type)
    expect(Object.entries(byType).map(([type, all]) => [type, all?.length])).toEqual(
      expect.arrayContaining([
        ['pool', 1],
        ['host', 3],
        ['VM', 8],
        ['VIF', 4],
        ['VDI', 4],
        ['host_cpu', 12],
      ]),
    )
    const vm = vmNamed(peer, 'writer')
    await peer.call('VM.set_name_description', vm.$ref, 'a < b & "c"')
    await peer.barrier()
    expect(peer.getObjectByRef(vm.$ref).name_description).toBe('a < b & "c"')

    const destination = Object.values(peer.objects.all).find(one => one.name_label === 'host-3')
    expect(await peer.callAsync('VM.pool_migrate', vm.$ref, destination?.$ref, { live: 'true' })).toBe('')
    await expect.poll(() => peer.getObjectByRef(vm.$ref).resident_on, quickly).toBe(destination?.$ref)
    await expect(
      peer.callAsync('VM.pool_migrate', vmNamed(peer, 'big').$ref, 'OpaqueRef:none', {}),
    ).rejects.toMatchObject({ code: 'HANDLE_INVALID', params: ['host', 'OpaqueRef:none'] })
  })

  test(`by ${wire}, Xen Orchestra's client goes from a member to the master and on after a restart`, async () => {
    const lab = await openedLab({ xmlOnly })
    const member = lab.info.url.replace('127.0.0.1', '127.0.0.2')
    const peer = await aPeer(member)
    const before = vmNamed(peer, 'writer')
    const pool = peer.pool.$ref
    lab.controls[0]?.restartToolstack()
    await expect.poll(() => peer.pool.$ref, quickly).not.toBe(pool)
    const ref = String(await peer.call('VM.get_by_uuid', before.uuid))
    expect(ref).not.toBe(before.$ref)
    // Its list by uuid loses what changed its reference; its list by reference does not.
    await expect.poll(() => peer.getObjectByRef(ref).uuid, quickly).toBe(before.uuid)
    await peer.call('VM.add_tags', ref, 'seen')
    await expect.poll(() => peer.getObjectByRef(ref).tags, quickly).toEqual(['seen'])
    await expect(peer.call('VM.get_record', before.$ref)).rejects.toMatchObject({ code: 'HANDLE_INVALID' })
  })
}

test("Xen Orchestra's client reads metrics over TLS and closes the task it accounts for them", async () => {
  const lab = await openedLab({ tls: true })
  expect(lab.info.url).toMatch(/^https:/)
  const peer = await aPeer(lab.info.url)
  const start = Math.floor(Date.now() / 1000) - 20
  const answer = await peer.getResource('/rrd_updates', { query: { start, cf: 'AVERAGE', json: 'true' } })
  const { meta } = JSON.parse(await answer.body.text()) as { meta: { step: number } }
  expect(meta.step).toBe(5)
  await expect.poll(() => peer.call('task.get_all'), quickly).toEqual([])
})

test("Xen Orchestra's client reads the certificate that each host refers to", async () => {
  const lab = await openedLab({ tls: true })
  const peer = await aPeer(lab.info.url)
  const records = async () => (await peer.call('Certificate.get_all_records')) as Record<string, object>
  const hosts = (await peer.call('host.get_all_records')) as Record<string, { certificates: string[] }>
  const members = lab.info.pools[0]?.members ?? []
  const referred = await records()
  expect(
    Object.entries(hosts).map(([host, { certificates }]) => [host, referred[certificates[0] ?? '']]),
  ).toMatchObject(
    Object.keys(hosts).map((host, index) => [
      host,
      {
        name: '',
        type: 'host',
        host,
        not_before: expect.stringMatching(/^\d{8}T\d{2}:\d{2}:\d{2}Z$/),
        fingerprint: members[index]?.fingerprint,
        fingerprint_sha256: members[index]?.fingerprint,
        fingerprint_sha1: expect.stringMatching(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/),
      },
    ]),
  )
  const untilMs = Date.UTC(2049, 11, 31)
  const renewed = await lab.controls[0]?.renewCertificate('host-2', { fromMs: Date.UTC(2026, 0, 1), untilMs })
  expect(Object.values(await records())).toContainEqual(
    expect.objectContaining({ fingerprint_sha256: renewed, not_after: '20491231T00:00:00Z' }),
  )
})

const run = promisify(execFile)
const hasPython = await run('python3', ['-c', 'import xmlrpc.client']).then(
  () => true,
  () => false,
)

test.skipIf(!hasPython)(
  "Python's XML-RPC client signs in, lists, follows events and signs out (needs python3)",
  async () => {
    const lab = await openedLab()
    const script = fileURLToPath(new URL('../support/xenapi_peer.py', import.meta.url))
    const { stdout } = await run('python3', [script, `${lab.info.url}/`, auth.user, auth.password])
    expect(JSON.parse(stdout)).toMatchObject({
      vms: expect.arrayContaining(['writer', 'idle', 'big', 'other-big']),
      memory: expect.arrayContaining([String(900 * 1024 ** 2)]),
      events: 8,
      counts: expect.objectContaining({ vm: 8, host: 3, task: 0 }),
      token: expect.stringMatching(/^\d{20},\d{20}$/),
      time: expect.stringMatching(/^\d{8}T\d{2}:\d{2}:\d{2}Z$/),
      refused: 'SESSION_INVALID',
    })
  },
)
