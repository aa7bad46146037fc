import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { ProbeFigures } from '../../../shared/model/migration-event.ts'
import { Bell } from '../system/bell.ts'
import type { GuestAddress } from './hosts-file.ts'
import {
  hearAnswer,
  noProbes,
  PROBE_INTERVAL_MS,
  type ProbeLog,
  probeFigures,
  sendProbe,
} from './probe-log.ts'

/** A guest that has moved answers within so long, or does not at all: its network may have to learn where it is. A guess. */
const MOST_WAIT_MS = 1_000
const PROBE_BYTES = 8

/** Sends small UDP packets to a guest that echoes them (RFC 862), and hears which come back. */
export class GuestProbe {
  readonly #socket: Socket
  readonly #timer: NodeJS.Timeout
  readonly #answered = new Bell()
  #log: ProbeLog = noProbes
  #isConnected = false
  #isClosed = false

  constructor({ host, port }: GuestAddress) {
    this.#socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    // What the network says of a guest that is away is no answer of the guest.
    this.#socket.on('error', () => undefined)
    this.#socket.on('message', packet => this.#hear(packet))
    // Connected, it hears nobody else, and looks the name up once.
    this.#socket.connect(port, host, () => {
      this.#isConnected = true
    })
    this.#timer = setInterval(() => this.#send(), PROBE_INTERVAL_MS)
  }

  /** What was measured so far; waits for one more answer, of a guest that has just moved. */
  async measure(): Promise<ProbeFigures | null> {
    if (this.#log.lastHeardMs !== null)
      await this.#answered.wait(AbortSignal.timeout(MOST_WAIT_MS)).catch(() => undefined)
    return probeFigures(this.#log, performance.now())
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#socket.removeAllListeners('message')
    this.#socket.close()
  }

  #send(): void {
    if (!this.#isConnected) return
    this.#log = sendProbe(this.#log)
    const packet = Buffer.alloc(PROBE_BYTES)
    packet.writeBigUInt64BE(BigInt(this.#log.sent))
    this.#socket.send(packet, () => undefined)
  }

  #hear(packet: Buffer): void {
    if (packet.length !== PROBE_BYTES) return
    this.#log = hearAnswer(this.#log, Number(packet.readBigUInt64BE()), performance.now())
    this.#answered.ring()
  }
}
