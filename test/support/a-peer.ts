import { onTestFinished, vi } from 'vitest'
import { createClient } from 'xen-api'

// xen-api tells the console of each connection that a test's lab takes with it.
vi.spyOn(console, 'warn').mockImplementation(() => undefined)

export const auth = { user: 'root', password: 'secret' }

/** Xen Orchestra's client, connected for the length of the test. */
export const aPeer = async (url: string, options: { readonly watchEvents?: boolean } = {}) => {
  const peer = createClient({
    url,
    auth,
    allowUnauthorized: true,
    debounce: 20,
    eventPollDelay: 50,
    ...options,
  })
  onTestFinished(() => peer.disconnect().catch(() => undefined))
  await peer.connect()
  if (options.watchEvents !== false) await peer.objectsFetched
  return peer
}
