import type { ConnectionTest } from '../../shared/contract/connection.ts'
import { Failure } from '../../shared/failure.ts'
import type { AutomationLevel, SecretPlace, StoredConnection } from '../../shared/model/connection.ts'
import { isHostsFile, nameAt, originOf, poolOrigin } from '../../shared/model/pool-address.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import type { Connect, ConnectionSetup, Connections } from './connections.ts'
import type { Passwords } from './passwords.ts'
import type { TrustBook } from './trust-book.ts'

interface Login {
  readonly url: string
  readonly user: string
  /** Undefined: the one that is kept. */
  readonly password?: string | undefined
}

interface Wanted extends Login {
  readonly name: string
  readonly keep: SecretPlace
  readonly passPhrase?: string | undefined
}

interface Deps {
  readonly connections: Connections
  /** A promise: the system may ask its user to unlock the key store, and nothing else waits for that. */
  readonly passwords: Passwords | Promise<Passwords>
  readonly trust: TrustBook
  readonly store: Store
  readonly connect: Connect
  readonly clock: Clock
  readonly log: Log
}

const invalid = (message: string, remedy: string): Failure =>
  new Failure({ code: 'invalid-input', message, remedy })

/** What an operator orders about connections: one order after the other, and all of each or nothing. */
export class ConnectionDesk {
  readonly #deps: Deps
  #last: Promise<unknown> = Promise.resolve()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Brings back the connections of earlier runs; what there is already stays as it is. */
  restore(stored: readonly StoredConnection[]): Promise<void> {
    return this.#inTurn(async () => {
      const { connections } = this.#deps
      connections.setSecrets((await this.#deps.passwords).state)
      for (const connection of stored) {
        if (connection.keep === undefined || this.#taken(originOf(connection.url), connection.id)) continue
        if (connections.setup(connection.id)) continue
        connections.add({ ...connection, password: await this.#kept(connection) })
      }
    })
  }

  /** Resolves to the id of the new connection. */
  add(wanted: Wanted & { readonly password: string; readonly level: AutomationLevel }): Promise<string> {
    return this.#inTurn(async () => {
      const { connections } = this.#deps
      const { name, user, password, level, keep } = wanted
      const url = this.#freeOrigin(wanted.url)
      const id = crypto.randomUUID()
      await this.#keep(wanted, { id, password })
      connections.add({ id, name, url, user, level, keep, password })
      connections.store(id)
      return id
    })
  }

  edit(connectionId: string, wanted: Wanted): Promise<void> {
    return this.#inTurn(async () => {
      const { connections, trust } = this.#deps
      const before = this.#own(connectionId)
      const url = this.#freeOrigin(wanted.url, connectionId)
      const { name, user, keep } = wanted
      const password = this.#passwordFor({ ...wanted, url }, before)
      if (password === null && keep !== before.keep)
        throw invalid(`${before.name} has no password that could be kept elsewhere.`, 'Enter its password.')
      if (password !== null && (keep !== before.keep || password !== before.password)) {
        await this.#keep(wanted, { id: connectionId, password })
        if (keep !== before.keep) await this.#forgetPassword(before)
      }
      const level = connections.state(connectionId)?.level ?? before.level
      if (url !== originOf(before.url)) trust.forget(connectionId, before.url, this.#others(connectionId))
      connections.replace({ id: connectionId, name, url, user, level, keep, password })
      connections.store(connectionId)
    })
  }

  remove(connectionId: string): Promise<void> {
    return this.#inTurn(async () => {
      const { connections, store, trust } = this.#deps
      const setup = this.#own(connectionId)
      await connections.remove(connectionId)
      store.removeConnection(connectionId)
      trust.forget(connectionId, setup.url, this.#others(connectionId))
      await this.#forgetPassword(setup)
    })
  }

  retry(connectionId: string): void {
    const { name, password } = this.#known(connectionId)
    if (password === null)
      throw new Failure({
        code: 'unauthenticated',
        message: `${name} waits for its password.`,
        remedy: 'Enter it, or unlock the file it is kept in.',
      })
    this.#deps.connections.retry(connectionId)
  }

  /** Signs in beside what is running and reads the inventory once. */
  async test(
    { connectionId, ...login }: Login & { readonly connectionId?: string | undefined },
    signal: AbortSignal,
  ): Promise<ConnectionTest> {
    const { connect, clock, trust } = this.#deps
    const url = poolOrigin(login.url)
    const before = connectionId === undefined ? undefined : this.#known(connectionId)
    const password = this.#passwordFor({ ...login, url }, before)
    if (password === null) throw invalid('There is no password to test with.', 'Enter it.')
    const startedMs = clock.now()
    const settings = {
      id: 'test',
      name: nameAt(url),
      url,
      user: login.user,
      password,
      level: 'observe',
    } as const
    const hypervisor = await connect(
      { settings, trust: trust.forTest(), members: [], onMembers: () => {} },
      signal,
    )
    try {
      for await (const { pool, hosts, vms } of hypervisor.watchInventory(signal))
        return { pool: pool.name, hosts: hosts.length, vms: vms.length, tookMs: clock.now() - startedMs }
    } finally {
      await hypervisor.close()
    }
    throw new Failure({
      code: 'unreachable',
      message: `${url} let us in and then fell silent.`,
      remedy: 'Test again.',
    })
  }

  /** Trusts the certificate that is being asked about, and no other, and connects. */
  trustCertificate(connectionId: string, address: string, fingerprint: string): void {
    const { connections, trust } = this.#deps
    const seen = connections.state(connectionId)?.question?.seen
    if (seen?.address !== address || seen.fingerprint !== fingerprint)
      throw new Failure({
        code: 'conflict',
        message: `${address} no longer asks about that certificate.`,
        remedy: 'Look at the connection again before you trust what it shows now.',
      })
    trust.trust(address, fingerprint)
    connections.retry(connectionId)
  }

  /** Opens the file of passwords and connects what waited for it. */
  unlock(passPhrase: string): Promise<void> {
    return this.#inTurn(async () => {
      const { connections } = this.#deps
      const passwords = await this.#deps.passwords
      await passwords.unlock(passPhrase)
      connections.setSecrets(passwords.state)
      for (const { id } of connections.overview.value.connections) {
        const setup = connections.setup(id)
        if (setup?.keep === 'file' && setup.password === null)
          connections.replace({ ...setup, password: await this.#kept(setup) })
      }
    })
  }

  #known(connectionId: string): ConnectionSetup {
    const setup = this.#deps.connections.setup(connectionId)
    if (setup) return setup
    throw new Failure({
      code: 'not-found',
      message: 'There is no such connection.',
      remedy: 'It may have been removed; look at the list again.',
    })
  }

  /** A connection that is the operator's to change. */
  #own(connectionId: string): ConnectionSetup {
    const setup = this.#known(connectionId)
    if (!setup.isLab) return setup
    throw new Failure({
      code: 'refused',
      message: `${setup.name} belongs to the lab.`,
      remedy:
        'Stop the lab of real VMs by its button in Settings; start Longshore with --no-lab to be without the simulated one.',
    })
  }

  /** A password goes only to the server and user it was given for. Null: there is none to be had. */
  #passwordFor({ url, user, password }: Login, before: ConnectionSetup | undefined): string | null {
    if (password !== undefined) return password
    if (!before) throw invalid('There is no password.', 'Enter it.')
    if (originOf(before.url) === url && before.user === user) return before.password
    throw invalid(
      'The kept password was given for another server or user.',
      'Enter the password for this one.',
    )
  }

  #others(connectionId: string): readonly StoredConnection[] {
    const { connections } = this.#deps
    return connections.overview.value.connections.flatMap(({ id }) =>
      id === connectionId ? [] : (connections.setup(id) ?? []),
    )
  }

  #taken(origin: string, exceptId: string): StoredConnection | undefined {
    return this.#others(exceptId).find(({ url }) => originOf(url) === origin)
  }

  #freeOrigin(text: string, exceptId = ''): string {
    const origin = poolOrigin(text)
    const taken = this.#taken(origin, exceptId)
    if (!taken) return origin
    throw new Failure({
      code: 'conflict',
      message: `${taken.name} is connected to ${origin} already.`,
      remedy: 'Edit that connection, or give another address.',
    })
  }

  async #keep(
    { keep, passPhrase }: Wanted,
    { id, password }: { id: string; password: string },
  ): Promise<void> {
    const passwords = await this.#deps.passwords
    await passwords.prepare(keep, passPhrase)
    this.#deps.connections.setSecrets(passwords.state)
    await passwords.put(keep, id, password)
  }

  async #kept({ id, name, url, keep }: StoredConnection): Promise<string | null> {
    if (isHostsFile(url)) return ''
    if (keep === undefined) return null
    try {
      return (await (await this.#deps.passwords).get(keep, id)) ?? null
    } catch (error) {
      this.#deps.log.error(`the password of ${name} cannot be read`, error)
      return null
    }
  }

  /** A password in a locked file stays there: nobody reads it without the pass-phrase. */
  async #forgetPassword({ id, name, keep }: StoredConnection): Promise<void> {
    if (keep === undefined) return
    const passwords = await this.#deps.passwords
    await passwords.remove(keep, id).catch((error: unknown) => {
      this.#deps.log.error(`what was kept for ${name} cannot be taken away`, error)
    })
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const next = this.#last.then(task)
    this.#last = next.catch(() => {})
    return next
  }
}
