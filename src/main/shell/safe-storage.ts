import { safeStorage } from 'electron'
import type { KeyStore } from '../ports/secrets.ts'

/**
 * The key store of this desktop by Electron; null where there is none. On Linux `basic_text` means a key that is the
 * same for everybody: that keeps nothing secret. To be asked once Electron is ready.
 */
export const openKeyStore = async (): Promise<KeyStore | null> => {
  if (process.platform === 'linux') {
    const backend = safeStorage.getSelectedStorageBackend()
    if (backend === 'basic_text' || backend === 'unknown') return null
  }
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return null
  return {
    seal: text => safeStorage.encryptStringAsync(text),
    unseal: async sealed => (await safeStorage.decryptStringAsync(Buffer.from(sealed))).result,
  }
}
