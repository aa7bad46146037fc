import { fingerprintGroups } from './fingerprint-text.ts'
import styles from './SettingsScreen.module.css'

/** A SHA-256 fingerprint in groups of four bytes; those that differ from `other` are marked. */
export const Fingerprint = ({ value, other }: { readonly value: string; readonly other?: string }) => (
  <code className={styles.fingerprint}>
    {fingerprintGroups(value, other).map(({ text, differs }, i) => {
      // Two groups of a fingerprint can be alike: their place is their name.
      const key = `${i} ${text}`
      return differs ? (
        <mark key={key} className={styles.differs}>
          {text}
        </mark>
      ) : (
        <span key={key}>{text}</span>
      )
    })}
  </code>
)
