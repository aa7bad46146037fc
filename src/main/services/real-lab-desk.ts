import { Failure, isAbort, reportOf } from '../../shared/failure.ts'
import { realLabIds } from '../../shared/model/connection.ts'
import type { Migration } from '../../shared/model/migration.ts'
import type { Log } from '../ports/log.ts'
import type { RealLab, StartRealLab } from '../ports/real-lab.ts'
import type { Connections } from './connections.ts'
import type { Operations } from './operations.ts'

interface Deps {
  readonly startLab: StartRealLab
  readonly connections: Pick<Connections, 'add' | 'setup' | 'remove'>
  readonly operations: Operations
  readonly migrator: { readonly running: readonly Pick<Migration, 'connectionId' | 'vmName'>[] }
  readonly log: Log
}

type LabState =
  | { readonly kind: 'off' }
  /** `lab` resolves to null where the start fails or is cancelled. */
  | { readonly kind: 'starting'; readonly lab: Promise<RealLab | null> }
  | { readonly kind: 'running'; readonly lab: RealLab }
  | { readonly kind: 'stopping'; readonly stopped: Promise<void> }

const titles = { 'lab-start': 'Start the lab of real VMs', 'lab-stop': 'Stop the lab of real VMs' } as const

const OFF: LabState = { kind: 'off' }

const conflict = (message: string, remedy: string): Failure =>
  new Failure({ code: 'conflict', message, remedy })

/** Starts the lab of real VMs when it is asked for, connects to it, and ends it when it is asked for or with the console. */
export class RealLabDesk {
  readonly #deps: Deps
  readonly #closing = new AbortController()
  #state: LabState = OFF

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Begins to start the lab; throws `conflict` where there is one. */
  start(): { readonly operationId: string } {
    if (this.#state.kind === 'stopping')
      throw conflict('The lab of real VMs is being stopped.', 'Start it again when that is done.')
    if (this.#state.kind !== 'off' || this.#isConnectedTo(realLabIds.given))
      throw conflict(
        'The lab of real VMs has been started already.',
        'Wait until it is connected; it ends with Longshore.',
      )
    const giveUp = new AbortController()
    const operationId = this.#begin('lab-start', () => giveUp.abort())
    const lab = this.#start(operationId, AbortSignal.any([giveUp.signal, this.#closing.signal]))
    this.#state = { kind: 'starting', lab }
    return { operationId }
  }

  /** Begins to end the lab, its VMs and its connection; throws `conflict` where none was started here, or a VM of it moves. */
  stop(): { readonly operationId: string } {
    if (this.#state.kind !== 'running') {
      throw this.#isConnectedTo(realLabIds.given)
        ? conflict('The lab of real VMs was started with Longshore.', 'It ends with Longshore.')
        : conflict('No lab of real VMs runs.', 'Cancel one that is being started.')
    }
    const moving = this.#deps.migrator.running.find(({ connectionId }) => connectionId === realLabIds.own)
    if (moving !== undefined)
      throw conflict(
        `${moving.vmName} of the lab is being migrated.`,
        'Stop the lab when that has ended, or cancel it first.',
      )
    const operationId = this.#begin('lab-stop', () => undefined)
    this.#deps.operations.progress(operationId, { progress: 0, remainingMs: null, cancellable: false })
    this.#state = { kind: 'stopping', stopped: this.#stop(operationId, this.#state.lab) }
    return { operationId }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    const state = this.#state
    if (state.kind === 'starting') await (await state.lab)?.close()
    if (state.kind === 'stopping') await state.stopped
    // One that could not be stopped runs again.
    if (this.#state.kind === 'running') await this.#state.lab.close()
  }

  #isConnectedTo(id: string): boolean {
    return this.#deps.connections.setup(id) !== undefined
  }

  #connect({ url }: RealLab): void {
    this.#deps.connections.add({
      id: realLabIds.own,
      name: 'lab of real VMs',
      url,
      user: 'root',
      password: '',
      level: 'advise',
      isLab: true,
    })
  }

  #begin(kind: keyof typeof titles, cancel: () => void): string {
    const id = crypto.randomUUID()
    this.#deps.operations.start({ id, kind, title: titles[kind], cancel })
    return id
  }

  async #start(id: string, signal: AbortSignal): Promise<RealLab | null> {
    const { startLab, operations } = this.#deps
    const onProgress = (progress: number) =>
      operations.progress(id, { progress, remainingMs: null, cancellable: true })
    try {
      const lab = await startLab({ onProgress, signal })
      this.#connect(lab)
      this.#state = { kind: 'running', lab }
      operations.end(id, 'succeeded')
      return lab
    } catch (error) {
      this.#state = OFF
      if (isAbort(error)) operations.end(id, 'cancelled')
      else this.#fail(id, error, 'The lab of real VMs cannot be started')
      return null
    }
  }

  /** The connection ends first: what its VMs do when they end would be taken for their death. */
  async #stop(id: string, lab: RealLab): Promise<void> {
    const { connections, operations } = this.#deps
    try {
      await connections.remove(realLabIds.own)
      await lab.close()
      this.#state = OFF
      operations.end(id, 'succeeded')
    } catch (error) {
      // What is left of it can be seen, and stopped again.
      if (!this.#isConnectedTo(realLabIds.own) && !this.#closing.signal.aborted) this.#connect(lab)
      this.#state = { kind: 'running', lab }
      this.#fail(id, error, 'The lab of real VMs cannot be stopped')
    }
  }

  #fail(id: string, error: unknown, what: string): void {
    const { operations, log } = this.#deps
    if (!(error instanceof Failure)) log.error(what, error)
    operations.end(id, 'failed', reportOf(error, { what, remedy: 'Try again; the log has more.' }))
  }
}
