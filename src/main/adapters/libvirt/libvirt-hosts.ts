import { Failure } from '../../../shared/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import type { DirtyRateReading } from '../../ports/hypervisor.ts'
import { LibvirtHost } from './libvirt-host.ts'
import { type HostDomain, type PlacedDomain, placeDomains } from './place-domains.ts'

interface NamedHost {
  readonly name: string
  readonly libvirt?: string | undefined
}

/** The libvirts of a hosts file. */
export class LibvirtHosts {
  readonly #clock: Clock
  readonly #hosts = new Map<string, LibvirtHost>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Looks at these from now on, and at no others. */
  follow(hosts: readonly NamedHost[]): void {
    const uris = new Map(
      hosts.flatMap(({ name, libvirt }) => (libvirt === undefined ? [] : [[name, libvirt]])),
    )
    for (const [name, host] of this.#hosts) {
      if (uris.get(name) === host.uri) continue
      this.#hosts.delete(name)
      void host.close()
    }
    for (const [name, uri] of uris)
      if (!this.#hosts.has(name)) this.#hosts.set(name, new LibvirtHost({ uri, clock: this.#clock }))
  }

  /** Resolves when each has been asked once. */
  async asked(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map(host => host.asked()))
  }

  async readDirtyRate(
    { hostName, domain }: Pick<HostDomain, 'hostName' | 'domain'>,
    windowMs: number,
    signal: AbortSignal,
  ): Promise<DirtyRateReading> {
    const host = this.#hosts.get(hostName)
    if (host !== undefined) return host.readDirtyRate(domain, windowMs, signal)
    throw new Failure({
      code: 'not-found',
      message: `The libvirt of ${hostName} is no longer looked at.`,
      remedy: 'Look at the hosts file.',
    })
  }

  /** Why hosts do not answer, and what to do. */
  get silences(): readonly string[] {
    return [...this.#hosts.values()].flatMap(({ failure }) =>
      failure === null ? [] : [`${failure.message} ${failure.remedy}`],
    )
  }

  /** Every VM on the host where it is. */
  domains(): readonly PlacedDomain[] {
    return placeDomains([...this.#hosts].flatMap(([hostName, host]) => domainsOf(hostName, host)))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map(host => host.close()))
  }
}

const domainsOf = (hostName: string, { latest, previous }: LibvirtHost): readonly HostDomain[] => {
  const earlier = new Map(previous?.domains.map(domain => [domain.uuid, domain]))
  return (latest?.domains ?? []).map(domain => {
    const known = earlier.get(domain.uuid)
    const before =
      previous !== undefined && known !== undefined ? { atMs: previous.atMs, domain: known } : null
    const ran = latest?.running.get(domain.uuid) ?? null
    return { hostName, atMs: latest?.atMs ?? 0, domain, before, ran }
  })
}
