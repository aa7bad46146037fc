import { expect, test } from 'vitest'
import { z } from 'zod'
import { MIB } from '../../src/shared/units.ts'
import { aLab, aSession, openedLab, tinyLab } from '../support/a-lab.ts'

const quickly = { interval: 25 }
const STORAGE = 'Storage and migration'
const plainLab = { ...tinyLab, hasPlugin: false }

type Session = Awaited<ReturnType<typeof aSession>>

/** How long a task took, by the lab's own clock in whole seconds. */
const ended = async ({ call }: Session, task: unknown) => {
  await expect.poll(() => call('task.get_status', task), quickly).not.toBe('pending')
  return (await call('task.get_record', task)) as Readonly<Record<string, unknown>>
}

/** The card of a host in a network. */
const cardOf = async (lab: Session, hostName: string, networkName: string) => {
  const [host, network] = [await lab.named('host', hostName), await lab.named('network', networkName)]
  const found = (await lab.records('PIF')).find(
    ([, { host: at, network: of }]) => String(at) === host.ref && String(of) === network.ref,
  )
  if (found === undefined) throw new Error(`${hostName} has no card in ${networkName}`)
  return { ref: found[0], record: found[1] }
}

test('each host has a card in the management network and in the one for storage, and each refers to the others', async () => {
  const lab = await aLab()
  const networks = await lab.records('network')
  expect(networks.map(([, { name_label }]) => name_label)).toEqual([
    'Pool-wide network associated with eth0',
    STORAGE,
  ])
  for (const [ref, { PIFs }] of networks) {
    const cards = z.array(z.string()).parse(PIFs)
    expect(cards).toHaveLength(3)
    for (const card of cards) expect(await lab.call('PIF.get_network', card)).toBe(ref)
  }
  const { ref, record } = await cardOf(lab, 'host-2', STORAGE)
  expect(record).toMatchObject({ device: 'eth1', management: false, IP: '198.18.0.2' })
  expect((await lab.named('host', 'host-2')).record.PIFs).toContain(ref)
  expect(await lab.call('PIF_metrics.get_speed', record.metrics)).toBe(
    Math.round((160 * MIB * 2.5 * 8) / 1e6),
  )
})

test('a move by the faster network is over sooner', async () => {
  const lab = await aLab(plainLab)
  const [vm, near, far] = [
    await lab.named('VM', 'big'),
    await lab.named('host', 'host-1'),
    await lab.named('host', 'host-3'),
  ]
  const network = await lab.named('network', STORAGE)
  const move = async (host: string, options: Readonly<Record<string, string>>) => {
    const since = performance.now()
    const task = await ended(lab, await lab.call('Async.VM.pool_migrate', vm.ref, host, options))
    expect(task.status).toBe('success')
    return performance.now() - since
  }
  // 900 MiB, a fifth of them zero, at 160 and at 400 MiB/s: 4.5 s and 1.8 s.
  const usual = await move(far.ref, { live: 'true' })
  const fast = await move(near.ref, { live: 'true', network: network.ref })
  expect(fast).toBeLessThan(usual * 0.75)
})

test('a network that is none, or that a host has no card in, is refused as a server does', async () => {
  const lab = await aLab(plainLab)
  const [vm, host] = [await lab.named('VM', 'idle'), await lab.named('host', 'host-2')]
  const network = 'OpaqueRef:00000000-0000-0000-0000-000000000000'
  await expect(lab.call('VM.pool_migrate', vm.ref, host.ref, { network })).rejects.toThrow(
    `HANDLE_INVALID network ${network}`,
  )
  await expect(lab.call('host.migrate_receive', host.ref, network, {})).rejects.toThrow('HANDLE_INVALID')
})

test('a destination in another pool gives the address it has in the network it was asked for', async () => {
  const lab = await openedLab({ pools: [tinyLab, { ...plainLab, poolName: 'plain', vms: [] }] })
  const other = await aSession(lab.info.pools[1]?.url ?? '')
  const [host, network] = [await other.named('host', 'host-2'), await other.named('network', STORAGE)]
  const { xenops } = (await other.call('host.migrate_receive', host.ref, network.ref, {})) as {
    xenops: string
  }
  expect(new URL(xenops).hostname).toBe('198.18.0.2')
})
