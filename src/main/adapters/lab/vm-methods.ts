import { diskRef, networkCardRef } from './device-records.ts'
import { isLive } from './failover-plan.ts'
import { type LabMigration, type Landing, whyNot } from './lab-migration.ts'
import { linkThrough, networkOfAddress } from './lab-networks.ts'
import { assertMayMove, assertRoom, assertSeesStorage, mayRunOn } from './move-checks.ts'
import { perish } from './move-records.ts'
import { translated } from './pool-directory.ts'
import type { VirtualHost } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import { XapiError } from './xapi-error.ts'
import { done, hostOf, long, map, type NamedMethods, quick, vmOf, type XapiParts } from './xapi-method.ts'

/** As many storage migrations a host's xapi carries out at once. */
const MOST_STORAGE_MIGRATIONS = 3

/** What VMs can do: move, and say where they could. */
export const vmMethods = (parts: XapiParts): NamedMethods => {
  const { pool, desk } = parts
  const sending = new Set<VirtualVm>()
  const poolMigrate = async (args: readonly unknown[], taskRef: string) => {
    const [vm, destination] = [vmOf(parts, args, 0), hostOf(parts, args, 1)]
    assertSeesStorage(vm, destination)
    const { network } = map(args, 2)
    const linkBytesPerSecond =
      typeof network === 'string' ? linkOf(parts, network, [vm, destination]) : undefined
    const order = { id: `stock-${taskRef}`, vm, destination, stopRule: 'xen', linkBytesPerSecond } as const
    await ended(desk.start({ ...order, task: { ref: taskRef } }))
    return ''
  }
  const migrateSend = async (args: readonly unknown[], taskRef: string) => {
    const { vm, landing, destination, linkBytesPerSecond } = checkSend(parts, args)
    if (sending.size >= MOST_STORAGE_MIGRATIONS)
      throw new XapiError('TOO_MANY_STORAGE_MIGRATES', String(MOST_STORAGE_MIGRATIONS))
    const order = { id: `sent-${taskRef}`, vm, destination, stopRule: 'xen', linkBytesPerSecond } as const
    const move = desk.start({ ...order, task: { ref: taskRef }, landing })
    sending.add(vm)
    await ended(move).finally(() => sending.delete(vm))
    // The answer is a reference of the other pool, told by this one.
    return landing === parts ? vm.ref : translated(vm.ref, landing, parts)
  }
  return [
    [
      'VM.get_possible_hosts',
      quick(1, args => {
        const vm = vmOf(parts, args, 0)
        return pool.hosts.filter(host => mayRunOn(parts, vm, host)).map(host => host.ref)
      }),
    ],
    [
      'VM.assert_can_boot_here',
      quick(2, args => {
        const [vm, host] = [vmOf(parts, args, 0), hostOf(parts, args, 1)]
        if (vm.hostUuid === host.uuid) return ''
        assertSeesStorage(vm, host)
        assertRoom(parts, vm, host)
        return ''
      }),
    ],
    ['VM.power_state_reset', quick(1, args => done(() => resetPowerState(parts, vmOf(parts, args, 0))))],
    ['VM.pool_migrate', long(3, 3, poolMigrate)],
    ['VM.migrate_send', long(6, 8, migrateSend)],
    [
      'VM.assert_can_migrate',
      quick(
        6,
        args => {
          checkSend(parts, args)
          return ''
        },
        8,
      ),
    ],
    ['VM.retrieve_wlb_recommendations', quick(1, () => ({}))],
  ]
}

/** Halts a VM in the records only, which is refused while its host lives: it may run there still. */
const resetPowerState = ({ pool, database, now }: XapiParts, vm: VirtualVm): void => {
  const host = pool.host(vm.hostUuid)
  if (host === undefined) return
  if (isLive({ pool, database }, host))
    throw new XapiError('DOMAIN_EXISTS', vm.ref, String(database.get('VM', vm.ref).domid))
  perish(vm, host, { pool, database }, now())
}

/** What a network carries between the host of a VM and another. */
const linkOf = (
  { database, pool }: XapiParts,
  networkRef: string,
  [vm, destination]: readonly [VirtualVm, VirtualHost],
): number => {
  const source = pool.host(vm.hostUuid) ?? destination
  return linkThrough(database, networkRef, [source.ref, destination.ref])
}

const hostnameOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '')

/** Waits for a migration; throws what became of it where that is no success. */
const ended = async (move: LabMigration): Promise<void> => {
  const [code, ...params] = whyNot(move, await move.outcome)
  if (code !== undefined) throw new XapiError(code, ...params)
}

/** Who is sent where; throws what stands against it. */
const checkSend = (
  parts: XapiParts,
  args: readonly unknown[],
): {
  readonly vm: VirtualVm
  readonly landing: XapiParts
  readonly destination: VirtualHost
  readonly linkBytesPerSecond: number | undefined
} => {
  const [vm, dest, disks, cards] = [vmOf(parts, args, 0), map(args, 1), map(args, 3), map(args, 4)]
  const landing = parts.directory.ofSession(parts, String(dest.session_id))
  const destination = landing?.pool.hostByRef(translated(String(dest.host), parts, landing))
  if (landing === undefined || destination === undefined)
    throw new XapiError('VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED')
  assertMayMove(parts.database, vm, 'migrate_send')
  if (landing !== parts) {
    assertMapped(landing, {
      given: disks,
      ref: diskRef(vm),
      code: 'VDI_NOT_IN_MAP',
      className: 'SR',
      from: parts,
    })
    assertMapped(landing, {
      given: cards,
      ref: networkCardRef(vm),
      code: 'VIF_NOT_IN_MAP',
      className: 'network',
      from: parts,
    })
  }
  if (vm.hostUuid !== destination.uuid) assertRoom(landing satisfies Landing, vm, destination)
  // The network is the one that the destination gave its address in.
  const network = networkOfAddress(landing.database, hostnameOf(String(dest.xenops)))
  const linkBytesPerSecond = network && linkThrough(landing.database, network, [destination.ref])
  return { vm, landing, destination, linkBytesPerSecond: linkBytesPerSecond || undefined }
}

const assertMapped = (
  landing: XapiParts,
  what: {
    readonly given: Readonly<Record<string, unknown>>
    readonly ref: string
    readonly code: string
    readonly className: string
    readonly from: XapiParts
  },
): void => {
  const target = what.given[what.ref]
  if (typeof target !== 'string') throw new XapiError(what.code, what.ref)
  const there = translated(target, what.from, landing)
  if (landing.database.find(what.className, there) === undefined)
    throw new XapiError('HANDLE_INVALID', what.className, target)
}
