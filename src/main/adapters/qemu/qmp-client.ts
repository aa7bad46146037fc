import type { z } from 'zod'
import { closedHere } from '../system/connection-failures.ts'
import { notQmp } from './qmp-failure.ts'
import type { QemuVersion } from './qmp-message.ts'
import { type QmpEvent, QmpSocket } from './qmp-socket.ts'

/** Commands that take long answer by an event: what has no answer for so long has a monitor that hangs. */
const ANSWER_TIMEOUT_MS = 10_000

export interface QmpCommand<T> {
  readonly command: string
  readonly args?: object
  readonly answer: z.ZodType<T>
}

/** A QEMU by its QMP socket: connects when something is asked, and again after the connection was lost. */
export class QmpClient {
  readonly address: string
  readonly #hearers = new Set<(event: QmpEvent) => void>()
  readonly #closing = new AbortController()
  #socket: QmpSocket | undefined
  #opening: Promise<QmpSocket> | undefined
  #openings = 0

  constructor(address: string) {
    this.address = address
  }

  /** How often it has connected: after each time another QEMU may listen there. */
  get openings(): number {
    return this.#openings
  }

  /** The version of the QEMU that answers. */
  async version(): Promise<QemuVersion> {
    return (await this.#connected()).version
  }

  /** Throws a Failure: `unreachable` when no QEMU is there, `refused` when it says no. */
  async ask<T>({ command, args = {}, answer }: QmpCommand<T>): Promise<T> {
    const socket = await this.#connected()
    const said = await socket.execute(command, args, ANSWER_TIMEOUT_MS)
    const read = answer.safeParse(said)
    if (read.success) return read.data
    throw notQmp(this.address, `it answered ${command} with something else than QEMU does`)
  }

  /** Calls `hear` for each event until what it returns is called. */
  onEvent(hear: (event: QmpEvent) => void): () => void {
    this.#hearers.add(hear)
    return () => this.#hearers.delete(hear)
  }

  async close(): Promise<void> {
    this.#closing.abort(closedHere(this.address))
    await this.#opening?.catch(() => undefined)
    this.#socket?.close()
  }

  #connected(): Promise<QmpSocket> {
    const socket = this.#socket
    if (socket !== undefined && socket.gone === undefined) return Promise.resolve(socket)
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #open(): Promise<QmpSocket> {
    this.#socket = await QmpSocket.open(this.address, {
      signal: this.#closing.signal,
      onEvent: event => {
        for (const hear of this.#hearers) hear(event)
      },
    })
    this.#openings++
    return this.#socket
  }
}
