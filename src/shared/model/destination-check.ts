/** A network that a migration can take. */
export interface MigrationNetwork {
  readonly id: string
  readonly name: string
  /** What the slower of the two cards carries, bytes/s; null where the server does not know. */
  readonly linkBytesPerSecond: number | null
}

/** What the server says of a host as the destination of a VM. */
export interface DestinationCheck {
  readonly hostId: string
  /** Null when the server would take the VM there, else the reason why not, as one sentence. */
  readonly refusal: string | null
  /** Whether it does not see the VM's disk and would be given a copy: a move that is only made to a host that a person chose. */
  readonly copiesDisk: boolean
  /** Networks in which this host and the VM's own both have an address. */
  readonly networks: readonly MigrationNetwork[]
}
