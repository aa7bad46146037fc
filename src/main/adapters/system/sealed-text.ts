import { createCipheriv, createDecipheriv, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

const KEY_BYTES = 32
const CHECK_BYTES = 16
const IV_BYTES = 12
const TAG_BYTES = 16

/** What the key is made from. N is bounded: a file from elsewhere must not take all memory (128 * N * r bytes). */
const sealing = z.object({
  format: z.literal('longshore-secrets'),
  version: z.literal(1),
  kdf: z.literal('scrypt'),
  N: z
    .int()
    .min(1024)
    .max(2 ** 18),
  r: z.literal(8),
  p: z.literal(1),
  salt: z.base64().length(24),
  /** Part of scrypt's output that is not the key: tells a wrong pass-phrase from a damaged file. */
  check: z.base64().length(24),
})
const sealedText = sealing.extend({ iv: z.base64().length(16), data: z.base64() })
type Sealing = z.infer<typeof sealing>

/** The key of one file, and the head that leads to it again. */
export interface SealingKey {
  readonly head: Sealing
  readonly key: Buffer
}

const derive = (passPhrase: string, salt: Buffer, N: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // One pass-phrase typed on two keyboards can differ in how its accents are composed.
    const text = passPhrase.normalize('NFKC')
    const options = { N, r: 8, p: 1, maxmem: 256 * N * 8 }
    scrypt(text, salt, KEY_BYTES + CHECK_BYTES, options, (error, derived) =>
      error ? reject(error) : resolve(derived),
    )
  })

/** A new key under a pass-phrase; `N` is scrypt's cost. */
export const newSealingKey = async (passPhrase: string, N: number): Promise<SealingKey> => {
  const salt = randomBytes(16)
  const derived = await derive(passPhrase, salt, N)
  return {
    key: derived.subarray(0, KEY_BYTES),
    head: {
      format: 'longshore-secrets',
      version: 1,
      kdf: 'scrypt',
      N,
      r: 8,
      p: 1,
      salt: salt.toString('base64'),
      check: derived.subarray(KEY_BYTES).toString('base64'),
    },
  }
}

/** The key that `file` was sealed with; undefined when the pass-phrase is another. Throws for what is no sealed text. */
export const sealingKeyOf = async (file: string, passPhrase: string): Promise<SealingKey | undefined> => {
  const { iv: _iv, data: _data, ...head } = sealedText.parse(JSON.parse(file))
  const derived = await derive(passPhrase, Buffer.from(head.salt, 'base64'), head.N)
  const isRight = timingSafeEqual(derived.subarray(KEY_BYTES), Buffer.from(head.check, 'base64'))
  return isRight ? { key: derived.subarray(0, KEY_BYTES), head } : undefined
}

/** The head takes part in the encryption: it cannot be altered unnoticed. */
const headBytes = (head: Sealing): Buffer =>
  Buffer.from(
    JSON.stringify([head.format, head.version, head.kdf, head.N, head.r, head.p, head.salt, head.check]),
  )

/** `text` by AES-256-GCM with a fresh nonce, as the JSON of a file. */
export const seal = (text: string, { head, key }: SealingKey): string => {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(headBytes(head))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  const file: z.infer<typeof sealedText> = {
    ...head,
    iv: iv.toString('base64'),
    data: data.toString('base64'),
  }
  return JSON.stringify(file)
}

/** What was sealed; throws when the file was altered or sealed with another key. */
export const unseal = (file: string, { head, key }: SealingKey): string => {
  const { iv, data, ...found } = sealedText.parse(JSON.parse(file))
  if (found.salt !== head.salt) throw new Error('sealed with another key')
  const bytes = Buffer.from(data, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(headBytes(found)).setAuthTag(bytes.subarray(-TAG_BYTES))
  return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
}
