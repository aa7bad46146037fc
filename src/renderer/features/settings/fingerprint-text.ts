/** Four bytes of a fingerprint, as one group for the eye. */
export interface FingerprintGroup {
  readonly text: string
  readonly differs: boolean
}

const groupsOf = (fingerprint: string): readonly string[] => {
  const bytes = fingerprint.split(':')
  return Array.from({ length: Math.ceil(bytes.length / 4) }, (_, i) =>
    bytes.slice(i * 4, i * 4 + 4).join(':'),
  )
}

/** A fingerprint in groups of four bytes, each marked where it differs from the other fingerprint. */
export const fingerprintGroups = (fingerprint: string, other = fingerprint): readonly FingerprintGroup[] => {
  const others = groupsOf(other)
  return groupsOf(fingerprint).map((text, i) => ({ text, differs: text !== others[i] }))
}
