import type { FailureReport } from '../../shared/failure.ts'
import type { SecretPlace, SecretsState } from '../../shared/model/connection.ts'

/** Why a connection waits, and where its password is to come from. */
export const missingPassword = (
  name: string,
  keep: SecretPlace | null,
  secrets: SecretsState,
): FailureReport => {
  const waits = { code: 'unauthenticated', message: `${name} waits for its password.` } as const
  if (keep === 'file' && secrets.file === 'locked')
    return { ...waits, remedy: 'Unlock the file of passwords, or enter its password.' }
  if (keep === 'os' && !secrets.os)
    return { ...waits, remedy: 'Enter its password: the key store that has it cannot be used here.' }
  return { ...waits, remedy: 'Enter its password.' }
}
