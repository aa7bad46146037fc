import type { ConnectionItem } from '../../shared/contract/connection.ts'
import type { Failure } from '../../shared/failure.ts'
import type { CertificateQuestion } from '../../shared/model/certificate.ts'
import type { Connection, SecretsState } from '../../shared/model/connection.ts'
import type { Clock } from '../ports/clock.ts'
import { LiveValue } from './live-value.ts'
import type { TrustBook } from './trust-book.ts'

const NO_SECRETS: SecretsState = { os: false, file: 'absent' }

/** How every connection stands, as windows see it. */
export class ConnectionStates {
  readonly overview = new LiveValue<ConnectionItem>({
    connections: [],
    stoppedSinceMs: null,
    secrets: NO_SECRETS,
  })
  readonly #clock: Clock
  readonly #trust: TrustBook

  constructor({ clock, trust }: { readonly clock: Clock; readonly trust: TrustBook }) {
    this.#clock = clock
    this.#trust = trust
    trust.onChange(() => {
      for (const connection of this.overview.value.connections) this.put(connection)
    })
  }

  of(connectionId: string): Connection | undefined {
    return this.overview.value.connections.find(connection => connection.id === connectionId)
  }

  /** Null lets everything go on. */
  setStopped(stoppedSinceMs: number | null): void {
    this.overview.set({ ...this.overview.value, stoppedSinceMs })
  }

  setSecrets(secrets: SecretsState): void {
    this.overview.set({ ...this.overview.value, secrets })
  }

  /** Adds a connection, or puts it in the place of the one of its id. */
  put(changed: Connection): void {
    const { connections, ...rest } = this.overview.value
    const pins = this.#trust.pinsOf(changed.id, changed.url)
    const { question } = changed
    const isAnswered = pins.some(
      pin => pin.address === question?.seen.address && pin.fingerprint === question.seen.fingerprint,
    )
    const connection = { ...changed, pins, question: isAnswered ? null : question }
    const isNew = connections.every(other => other.id !== connection.id)
    this.overview.set({
      ...rest,
      connections: isNew
        ? [...connections, connection]
        : connections.map(other => (other.id === connection.id ? connection : other)),
    })
  }

  update(connectionId: string, change: Partial<Connection>): void {
    const connection = this.of(connectionId)
    if (connection) this.put({ ...connection, ...change })
  }

  remove(connectionId: string): void {
    const { connections, ...rest } = this.overview.value
    this.overview.set({ ...rest, connections: connections.filter(({ id }) => id !== connectionId) })
  }

  /** A pool answered: it is live from now on if it is connected. */
  heard(connectionId: string, pool: 'connected' | 'gone'): void {
    const connection = this.of(connectionId)
    if (!connection) return
    const nowMs = this.#clock.now()
    const isRevived = connection.state !== 'live' && pool === 'connected'
    this.put({
      ...connection,
      lastHeardMs: nowMs,
      ...(isRevived && { state: 'live', sinceMs: nowMs, failure: null, question: null, retryAtMs: null }),
    })
  }

  /** A pool does not answer though its connection stands: what is shown of it is old. */
  silent(connectionId: string, failure: Failure): void {
    if (this.of(connectionId)?.state !== 'live') return
    this.update(connectionId, { state: 'stale', sinceMs: this.#clock.now(), failure: failure.report() })
  }

  /** Why nothing may be done by itself on a pool for now. */
  standBack(connectionId: string, reasons: readonly string[]): void {
    const before = this.of(connectionId)?.standBack ?? []
    const isSame = before.length === reasons.length && before.every((reason, i) => reason === reasons[i])
    if (!isSame) this.update(connectionId, { standBack: reasons })
  }

  /** One member is asked about after the other: what is on the screen stays until it is answered or out of date. */
  ask(connectionId: string, question: CertificateQuestion): void {
    const connection = this.of(connectionId)
    const asked = connection?.question?.seen
    const isOther = asked !== undefined && asked.address !== question.seen.address
    if (connection?.state !== 'live' || isOther || asked?.fingerprint === question.seen.fingerprint) return
    this.update(connectionId, { question })
  }
}
