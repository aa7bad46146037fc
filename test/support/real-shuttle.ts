import { awaitVm, discardVm } from '../../src/main/adapters/qemu-lab/host.ts'
import { type VmFiles, vmFiles } from '../../src/main/adapters/qemu-lab/vm-files.ts'
import { GUEST_BYTES, type GuestListener, listenToGuest, type RealHosts } from './real-guests.ts'

/** A real guest that goes from host to host. */
export interface Shuttle {
  readonly guest: GuestListener
  /** Where it is now. */
  readonly here: VmFiles
  /** Readies the other host for it; tells where. */
  expect(): Promise<{ readonly there: VmFiles; readonly uri: string }>
  /** It has moved: its old process is ended. */
  moved(): Promise<void>
  /** It has stayed: the process that waited for it is ended. */
  stayed(): Promise<void>
  close(): void
}

export const startShuttle = async (hosts: RealHosts, name: string, workload: string): Promise<Shuttle> => {
  let [from, to] = [hosts.source, hosts.destination]
  const guest = listenToGuest()
  const first = await hosts.start(name, workload)
  await guest.listen(first.serial)
  await guest.beat(({ writes }) => writes > 1000)
  return {
    guest,
    get here() {
      return vmFiles(from, name)
    },
    expect: async () => {
      const { uri } = await awaitVm(to, name, String(GUEST_BYTES))
      const there = vmFiles(to, name)
      await guest.listen(there.serial)
      return { there, uri }
    },
    moved: async () => {
      await discardVm(from, name)
      ;[from, to] = [to, from]
    },
    stayed: () => discardVm(to, name),
    close: () => guest.close(),
  }
}
