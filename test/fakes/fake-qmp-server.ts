import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

export type Answer = { readonly return: unknown } | { readonly error: { class: string; desc: string } } | null
/** What a command is answered; null: nothing. */
export type QmpScript = (command: string, args: Readonly<Record<string, unknown>>) => Answer

export interface FakeVersion {
  readonly major: number
  readonly minor: number
  readonly micro: number
}

/** What a QEMU of a version says to who comes. */
export const greetingOf = (qemu: FakeVersion): string =>
  `${JSON.stringify({ QMP: { version: { qemu, package: 'Debian' }, capabilities: ['oob'] } })}\r\n`

/** A QMP server on a real socket that answers by a script. */
export class FakeQmpServer {
  readonly address = path.join(tmpdir(), `qmp-${crypto.randomUUID().slice(0, 13)}.sock`)
  readonly heard: { readonly command: string; readonly args: Readonly<Record<string, unknown>> }[] = []
  readonly #clients = new Set<Socket>()
  readonly #greeting: string
  #script: QmpScript
  #server: Server | undefined

  constructor(script: QmpScript, greeting = greetingOf({ major: 10, minor: 0, micro: 2 })) {
    this.#script = script
    this.#greeting = greeting
  }

  get isConnected(): boolean {
    return this.#clients.size > 0
  }

  async start(): Promise<this> {
    const server = createServer(client => this.#welcome(client))
    this.#server = server
    await new Promise<void>(resolve => server.listen(this.address, resolve))
    return this
  }

  answerBy(script: QmpScript): void {
    this.#script = script
  }

  /** An event, now or at `atMs` of QEMU's clock. */
  emit(event: string, data: object | undefined = undefined, atMs = Date.now()): void {
    const timestamp = { seconds: Math.floor(atMs / 1000), microseconds: Math.round((atMs % 1000) * 1000) }
    this.say(`${JSON.stringify({ event, data, timestamp })}\r\n`)
  }

  say(text: string): void {
    for (const client of this.#clients) client.write(text)
  }

  /** Cuts whoever is connected; who comes again is welcome. */
  cut(): void {
    for (const client of this.#clients) client.destroy()
  }

  async stop(): Promise<void> {
    this.cut()
    const server = this.#server
    if (server?.listening) await new Promise<void>(resolve => server.close(() => resolve()))
    rmSync(this.address, { force: true })
  }

  #welcome(client: Socket): void {
    this.#clients.add(client)
    let rest = ''
    client.setEncoding('utf8')
    client.on('error', () => undefined)
    client.on('close', () => this.#clients.delete(client))
    client.on('data', (piece: string) => {
      const lines = (rest + piece).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') this.#hear(client, line)
    })
    client.write(this.#greeting)
  }

  #hear(client: Socket, line: string): void {
    const { execute, arguments: args = {}, id } = JSON.parse(line)
    this.heard.push({ command: execute, args })
    const answer = execute === 'qmp_capabilities' ? { return: {} } : this.#script(execute, args)
    if (answer !== null) client.write(`${JSON.stringify({ ...answer, id })}\r\n`)
  }
}
