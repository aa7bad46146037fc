import { Failure } from '../../shared/failure.ts'
import type { SecretPlace, SecretsState } from '../../shared/model/connection.ts'
import type { LockedSecrets, Secrets } from '../ports/secrets.ts'

/** The passwords of all connections, each in the place the operator chose for it. */
export class Passwords {
  readonly #places: { readonly os: Secrets | null; readonly file: LockedSecrets; readonly run: Secrets }

  /** `os` is null where the system has no key store that Longshore can use. */
  constructor(places: { os: Secrets | null; file: LockedSecrets; run: Secrets }) {
    this.#places = places
  }

  get state(): SecretsState {
    return { os: this.#places.os !== null, file: this.#places.file.state }
  }

  /** Opens the file; a file that is not there yet is begun only where something is to be kept in it. */
  async unlock(passPhrase: string): Promise<void> {
    if (this.state.file === 'absent')
      throw new Failure({
        code: 'not-found',
        message: 'There is no file of passwords.',
        remedy: 'One is begun when the first password is to be kept in it.',
      })
    await this.#places.file.unlock(passPhrase)
  }

  /** Makes `place` ready to be put into. Rejects with a Failure where it cannot be. */
  async prepare(place: SecretPlace, passPhrase: string | undefined): Promise<void> {
    if (place === 'os') this.#os()
    if (place !== 'file' || this.state.file === 'open') return
    if (passPhrase === undefined)
      throw new Failure({
        code: 'invalid-input',
        message: 'The file of passwords needs its pass-phrase.',
        remedy: 'Enter it, or keep the password in another way.',
      })
    await this.#places.file.unlock(passPhrase)
  }

  get(place: SecretPlace, id: string): Promise<string | undefined> {
    return place === 'os' && !this.#places.os ? Promise.resolve(undefined) : this.#at(place).get(id)
  }

  put(place: SecretPlace, id: string, password: string): Promise<void> {
    return this.#at(place).put(id, password)
  }

  /** Rejects where it cannot be taken away, such as from a locked file. */
  async remove(place: SecretPlace, id: string): Promise<void> {
    if (place === 'os' && !this.#places.os) return
    await this.#at(place).remove(id)
  }

  #at(place: SecretPlace): Secrets {
    return place === 'os' ? this.#os() : this.#places[place]
  }

  #os(): Secrets {
    if (this.#places.os) return this.#places.os
    throw new Failure({
      code: 'unsupported',
      message: 'There is no key store of the system that Longshore can use here.',
      remedy: 'Keep the password in a file under a pass-phrase, or for this run only.',
    })
  }
}
