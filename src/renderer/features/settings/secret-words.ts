import type { SecretPlace, SecretsState } from '../../../shared/model/connection.ts'

/** Where a password is kept, as it stands beside a choice. */
export const placeWords: Readonly<Record<SecretPlace, string>> = {
  os: "In the system's key store",
  file: 'In a file under a pass-phrase',
  run: 'Until Longshore ends',
}

/** What a choice means; `os` also why it may not be had. */
export const placeMeaning = (place: SecretPlace, { os, file }: SecretsState): string => {
  switch (place) {
    case 'os':
      return os
        ? 'Sealed with a key that only your login has. Longshore connects by itself at every start.'
        : 'Not to be had here: a browser has none, and this desktop offers none that Longshore can use.'
    case 'file':
      return file === 'absent'
        ? 'Encrypted in the data folder. You enter the pass-phrase once at every start; lost, it is lost for good.'
        : 'Encrypted in the data folder, with your other passwords. You enter the pass-phrase once at every start.'
    case 'run':
      return 'In memory only. You enter the password again at the next start.'
  }
}

/** Where a connection's password is, in the list. */
export const keptWords = (place: SecretPlace | null): string => {
  switch (place) {
    case null:
      return 'password for this run only'
    case 'os':
      return "password in the system's key store"
    case 'file':
      return 'password in the file'
    case 'run':
      return 'password for this run only'
  }
}
