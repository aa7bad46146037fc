import { connect, type NetConnectOpts, type Socket } from 'node:net'
import type { Failure } from '../../../shared/failure.ts'
import { closedHere } from '../system/connection-failures.ts'
import { printable } from '../system/printable.ts'
import { HostClock } from './host-clock.ts'
import { notQmp, qmpBroken, qmpBusy, qmpRefusal, qmpSilent, qmpUnreachable } from './qmp-failure.ts'
import { type QemuVersion, type QmpMessage, readQmpMessage } from './qmp-message.ts'
import { holderOf } from './socket-holder.ts'

/** A thing that happened in a QEMU. */
export interface QmpEvent {
  readonly name: string
  readonly data: unknown
  /** As its host's clock tells it, put right by ours; ms since the epoch. */
  readonly atMs: number
}

/** Longest line we take, characters: a QEMU with hundreds of devices answers in a tenth of it. */
const LONGEST_LINE = 1024 * 1024
const GREETING_TIMEOUT_MS = 5_000

interface Waiting {
  readonly command: string
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

const targetOf = (address: string): NetConnectOpts => {
  const tcp = /^tcp:\[?(.+?)\]?:(\d+)$/.exec(address)
  if (tcp !== null) return { host: tcp[1] ?? '', port: Number(tcp[2]) }
  return { path: address.replace(/^unix:/, '') }
}

/** One connection to a QMP server, from its greeting until either side ends it. */
export class QmpSocket {
  readonly #address: string
  readonly #socket: Socket
  readonly #onEvent: (event: QmpEvent) => void
  readonly #waiting = new Map<number, Waiting>()
  readonly #clock = new HostClock()
  readonly #greeting = Promise.withResolvers<QemuVersion>()
  #rest = ''
  #lastId = 0
  #gone: Failure | undefined
  #version: QemuVersion = { major: 0, minor: 0, micro: 0 }

  private constructor(address: string, onEvent: (event: QmpEvent) => void) {
    this.#address = address
    this.#onEvent = onEvent
    this.#greeting.promise.catch(() => undefined)
    this.#socket = connect(targetOf(address))
    this.#socket.setEncoding('utf8')
    this.#socket.on('data', (piece: string) => this.#read(piece))
    this.#socket.on('error', error => this.#end(qmpUnreachable(address, error)))
    this.#socket.on('close', () => this.#end(qmpBroken(address)))
  }

  /** Connects and agrees on capabilities; throws a Failure when there is no QMP server. */
  static async open(
    address: string,
    { signal, onEvent }: { readonly signal: AbortSignal; readonly onEvent: (event: QmpEvent) => void },
  ): Promise<QmpSocket> {
    signal.throwIfAborted()
    const opened = new QmpSocket(address, onEvent)
    const abort = () => opened.close()
    signal.addEventListener('abort', abort, { once: true })
    const timer = setTimeout(() => void opened.#giveUp(), GREETING_TIMEOUT_MS)
    try {
      opened.#version = await opened.#greeting.promise
      await opened.execute('qmp_capabilities', {}, GREETING_TIMEOUT_MS)
      return opened
    } catch (error) {
      opened.close()
      signal.throwIfAborted()
      throw error
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  }

  /** Why nothing comes any more; undefined while it stands. */
  get gone(): Failure | undefined {
    return this.#gone
  }

  get version(): QemuVersion {
    return this.#version
  }

  /** What QEMU answers; rejects with a Failure when it refuses, is silent or goes away. */
  async execute(command: string, args: object, timeoutMs: number): Promise<unknown> {
    if (this.#gone !== undefined) throw this.#gone
    const id = ++this.#lastId
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const timer = setTimeout(() => reject(qmpSilent(this.#address, command, timeoutMs)), timeoutMs)
    this.#waiting.set(id, { command, resolve, reject })
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }

  close(): void {
    this.#end(closedHere(this.#address))
  }

  #end(why: Failure): void {
    if (this.#gone !== undefined) return
    this.#gone = why
    this.#socket.destroy()
    this.#greeting.reject(why)
    for (const { reject } of this.#waiting.values()) reject(why)
    this.#waiting.clear()
  }

  /** Nothing was said: tells who is in the way. */
  async #giveUp(): Promise<void> {
    this.#greeting.reject(qmpBusy(this.#address, GREETING_TIMEOUT_MS, await holderOf(this.#address)))
  }

  #read(piece: string): void {
    const lines = (this.#rest + piece).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > LONGEST_LINE) {
      this.#end(notQmp(this.#address, `it said more than ${LONGEST_LINE} characters without a line's end`))
      return
    }
    for (const line of lines) {
      if (this.#gone !== undefined) return
      if (line.trim() !== '') this.#take(line)
    }
  }

  #take(line: string): void {
    const message = readQmpMessage(line)
    if (message === null) this.#end(notQmp(this.#address, `it said "${printable(line).slice(0, 60)}"`))
    else this.#hear(message)
  }

  #hear(message: QmpMessage): void {
    switch (message.kind) {
      case 'greeting':
        this.#greeting.resolve(message.version)
        return
      case 'event':
        this.#onEvent({
          name: message.name,
          data: message.data,
          atMs: this.#clock.ours(message.atMs, Date.now()),
        })
        return
      case 'reply':
        this.#waiting.get(message.id)?.resolve(message.value)
        return
      case 'error': {
        const { id, error } = message
        if (id === undefined) return
        const waiting = this.#waiting.get(id)
        waiting?.reject(qmpRefusal(this.#address, waiting.command, error))
      }
    }
  }
}
