import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import type { KeyStore, Secrets } from '../../ports/secrets.ts'
import { damagedSecrets, readSecretsFile, writeSecretsFile } from './secrets-file.ts'

const stored = z.object({
  format: z.literal('longshore-os-secrets'),
  version: z.literal(1),
  /** Sealed by the key store, base64, by id. */
  secrets: z.record(z.string(), z.base64()),
})
type Sealed = Readonly<Record<string, string>>

const keyStoreFailure = (what: string): Failure =>
  new Failure({
    code: 'storage',
    message: `The key store of the system did not ${what} the password.`,
    remedy: 'Unlock the key store, or enter the password again and keep it in another way.',
  })

const parse = (file: string, text: string): Sealed => {
  try {
    return stored.parse(JSON.parse(text)).secrets
  } catch {
    throw damagedSecrets(file)
  }
}

/** Secrets in a file of which each is sealed by the operating system's key store. */
export const osSecrets = (file: string, keyStore: KeyStore): Secrets => {
  let writing: Promise<unknown> = Promise.resolve()
  const read = async (): Promise<Sealed> => {
    const text = await readSecretsFile(file)
    return text === undefined ? {} : parse(file, text)
  }
  const change = (of: (secrets: Sealed) => Sealed): Promise<void> => {
    const next = writing.then(async () => {
      const secrets = of(await read())
      await writeSecretsFile(
        file,
        JSON.stringify({ format: 'longshore-os-secrets', version: 1, secrets } satisfies z.infer<
          typeof stored
        >),
      )
    })
    writing = next.catch(() => {})
    return next
  }
  return {
    get: async id => {
      const all = await read()
      const sealed = Object.hasOwn(all, id) ? all[id] : undefined
      if (sealed === undefined) return undefined
      // What the key store says is not passed on: some name the secret in their errors.
      return keyStore.unseal(Buffer.from(sealed, 'base64')).catch(() => {
        throw keyStoreFailure('open')
      })
    },
    put: async (id, secret) => {
      const sealed = await keyStore.seal(secret).catch(() => {
        throw keyStoreFailure('take')
      })
      await change(all => ({ ...all, [id]: Buffer.from(sealed).toString('base64') }))
    },
    remove: async id => {
      if (!Object.hasOwn(await read(), id)) return
      await change(({ [id]: _, ...rest }) => rest)
    },
  }
}
