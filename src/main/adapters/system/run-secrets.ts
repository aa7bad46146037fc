import type { Secrets } from '../../ports/secrets.ts'

/** Secrets in memory, gone with the process. */
export const runSecrets = (): Secrets => {
  const secrets = new Map<string, string>()
  return {
    get: async id => secrets.get(id),
    put: async (id, secret) => {
      secrets.set(id, secret)
    },
    remove: async id => {
      secrets.delete(id)
    },
  }
}
