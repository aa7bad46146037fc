import type { KeyStore } from '../../src/main/ports/secrets.ts'

/** A key store that turns every bit round: unreadable at a glance, the same in every run. */
export const fakeKeyStore = (): KeyStore => ({
  seal: async text => Buffer.from(text).map(byte => byte ^ 0xff),
  unseal: async sealed => Buffer.from(sealed.map(byte => byte ^ 0xff)).toString('utf8'),
})
