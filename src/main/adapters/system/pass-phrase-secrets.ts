import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import { SHORTEST_PASS_PHRASE } from '../../../shared/model/connection.ts'
import type { LockedSecrets } from '../../ports/secrets.ts'
import { newSealingKey, type SealingKey, seal, sealingKeyOf, unseal } from './sealed-text.ts'
import { damagedSecrets, readSecretsFile, writeSecretsFile } from './secrets-file.ts'

/** 128 MiB and about half a second a guess: OWASP's first choice for scrypt (Password Storage Cheat Sheet). */
const SCRYPT_N = 2 ** 17

const contents = z.record(z.string(), z.string())
type Contents = Readonly<z.infer<typeof contents>>

const refused = (message: string, remedy: string): Failure =>
  new Failure({ code: 'refused', message, remedy })

const lockedFailure = (): Failure =>
  refused('The file of passwords is locked.', 'Unlock it with its pass-phrase first.')

/** Secrets in one file under a pass-phrase that is never stored; its key is in memory while the file is open. */
class PassPhraseSecrets implements LockedSecrets {
  readonly #file: string
  readonly #scryptN: number
  #isThere: boolean
  #key: SealingKey | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: { file: string; isThere: boolean; scryptN: number }) {
    this.#file = options.file
    this.#isThere = options.isThere
    this.#scryptN = options.scryptN
  }

  get state(): 'absent' | 'locked' | 'open' {
    if (this.#key) return 'open'
    return this.#isThere ? 'locked' : 'absent'
  }

  unlock(passPhrase: string): Promise<void> {
    return this.#inTurn(async () => {
      const text = await readSecretsFile(this.#file)
      this.#isThere = text !== undefined
      if (text === undefined) await this.#begin(passPhrase)
      else await this.#open(text, passPhrase)
    })
  }

  get(id: string): Promise<string | undefined> {
    return this.#inTurn(async () => {
      if (!this.#key) return undefined
      const all = await this.#read(this.#key)
      return Object.hasOwn(all, id) ? all[id] : undefined
    })
  }

  put(id: string, secret: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#key) throw lockedFailure()
      await this.#write({ ...(await this.#read(this.#key)), [id]: secret }, this.#key)
    })
  }

  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.state === 'absent') return
      if (!this.#key) throw lockedFailure()
      const { [id]: _, ...rest } = await this.#read(this.#key)
      await this.#write(rest, this.#key)
    })
  }

  async #begin(passPhrase: string): Promise<void> {
    if ([...passPhrase].length < SHORTEST_PASS_PHRASE)
      throw refused(
        `The pass-phrase is shorter than ${SHORTEST_PASS_PHRASE} characters.`,
        'Take several words: whoever gets the file can try pass-phrases as long as he likes.',
      )
    const key = await newSealingKey(passPhrase, this.#scryptN)
    await this.#write({}, key)
    this.#key = key
    this.#isThere = true
  }

  async #open(text: string, passPhrase: string): Promise<void> {
    const key = await sealingKeyOf(text, passPhrase).catch(() => {
      throw damagedSecrets(this.#file)
    })
    if (!key) throw refused('The pass-phrase is wrong.', 'Try again; nothing was changed.')
    this.#contents(text, key)
    this.#key = key
  }

  /** Read afresh each time: another Longshore of this user may have written. */
  async #read(key: SealingKey): Promise<Contents> {
    const text = await readSecretsFile(this.#file)
    return text === undefined ? {} : this.#contents(text, key)
  }

  #contents(text: string, key: SealingKey): Contents {
    try {
      return contents.parse(JSON.parse(unseal(text, key)))
    } catch {
      throw damagedSecrets(this.#file)
    }
  }

  #write(secrets: Contents, key: SealingKey): Promise<void> {
    return writeSecretsFile(this.#file, seal(JSON.stringify(secrets), key))
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const next = this.#last.then(task)
    this.#last = next.catch(() => {})
    return next
  }
}

/** The secrets in `file`, locked if there is one. A file that cannot be read is locked too: unlocking says why. */
export const openPassPhraseSecrets = async (
  file: string,
  { scryptN = SCRYPT_N }: { readonly scryptN?: number } = {},
): Promise<LockedSecrets> => {
  const isThere = await readSecretsFile(file).then(
    text => text !== undefined,
    () => true,
  )
  return new PassPhraseSecrets({ file, isThere, scryptN })
}
