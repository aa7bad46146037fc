/** A lab of real VMs that runs on this machine. */
export interface RealLab {
  /** The address of its hosts, as a connection is given it. */
  readonly url: string
  /** Ends every VM of it and removes all that it left. */
  close(): Promise<void>
}

export interface RealLabOptions {
  /** Hears how far the start has come, 0..1. */
  readonly onProgress: (progress: number) => void
  readonly signal: AbortSignal
}

/** Sets up what is missing and starts a lab; rejects with a Failure, or as the signal aborts, with nothing left. */
export type StartRealLab = (options: RealLabOptions) => Promise<RealLab>
