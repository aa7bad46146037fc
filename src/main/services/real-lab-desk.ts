import { Failure, isAbort, reportOf } from '../../shared/failure.ts'
import type { Log } from '../ports/log.ts'
import type { RealLab, StartRealLab } from '../ports/real-lab.ts'
import type { Connections } from './connections.ts'
import type { Operations } from './operations.ts'

interface Deps {
  readonly startLab: StartRealLab
  readonly connections: Pick<Connections, 'add' | 'setup'>
  readonly operations: Operations
  readonly log: Log
}

const CONNECTION_ID = 'qemu-lab'

/** Starts the lab of real VMs when it is asked for, connects to it, and ends it with the console. */
export class RealLabDesk {
  readonly #deps: Deps
  readonly #closing = new AbortController()
  #lab: Promise<RealLab | null> | undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Begins to start the lab; throws `conflict` while it starts or runs. */
  start(): { readonly operationId: string } {
    // A console that was started with a lab is connected to that one.
    if (this.#lab !== undefined || this.#deps.connections.setup(CONNECTION_ID) !== undefined)
      throw new Failure({
        code: 'conflict',
        message: 'The lab of real VMs has been started already.',
        remedy: 'Wait until it is connected; it ends with Longshore.',
      })
    const operationId = crypto.randomUUID()
    const giveUp = new AbortController()
    this.#deps.operations.start({
      id: operationId,
      kind: 'lab',
      title: 'Start the lab of real VMs',
      cancel: () => giveUp.abort(),
    })
    this.#lab = this.#start(operationId, AbortSignal.any([giveUp.signal, this.#closing.signal]))
    return { operationId }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await (await this.#lab)?.close()
  }

  async #start(id: string, signal: AbortSignal): Promise<RealLab | null> {
    const { startLab, connections, operations, log } = this.#deps
    const onProgress = (progress: number) =>
      operations.progress(id, { progress, remainingMs: null, cancellable: true })
    try {
      const lab = await startLab({ onProgress, signal })
      connections.add({
        id: CONNECTION_ID,
        name: 'lab of real VMs',
        url: lab.url,
        user: 'root',
        password: '',
        level: 'advise',
        isLab: true,
      })
      operations.end(id, 'succeeded')
      return lab
    } catch (error) {
      this.#lab = undefined
      if (isAbort(error)) operations.end(id, 'cancelled')
      else {
        if (!(error instanceof Failure)) log.error('the lab of real VMs cannot be started', error)
        const told = { what: 'The lab of real VMs cannot be started', remedy: 'Try again; the log has more.' }
        operations.end(id, 'failed', reportOf(error, told))
      }
      return null
    }
  }
}
