/** Passwords by the id of their connection. What is put is there until it is removed or replaced. */
export interface Secrets {
  /** Undefined when there is none of this id. Rejects with a Failure when the place cannot be read. */
  get(id: string): Promise<string | undefined>
  /** Resolves when it is kept. Rejects with a Failure when it cannot be; what was kept before then stays. */
  put(id: string, secret: string): Promise<void>
  remove(id: string): Promise<void>
}

/** Secrets under a pass-phrase: while `locked`, `get` gives nothing and the rest is refused. */
export interface LockedSecrets extends Secrets {
  readonly state: 'absent' | 'locked' | 'open'
  /** Opens them, or begins new ones where there are none. Rejects with a Failure when the pass-phrase is wrong. */
  unlock(passPhrase: string): Promise<void>
}

/** The key store of the operating system: seals with a key that only this user's programs can use. */
export interface KeyStore {
  seal(text: string): Promise<Uint8Array>
  unseal(sealed: Uint8Array): Promise<string>
}
