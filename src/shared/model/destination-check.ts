/** What the server says of a host as the destination of a VM. */
export interface DestinationCheck {
  readonly hostId: string
  /** Null when the server would take the VM there, else the reason why not, as one sentence. */
  readonly refusal: string | null
}
