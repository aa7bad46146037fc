import type { Connection } from '../../../shared/model/connection.ts'
import { dateText, utcText } from '../../ui/clock-text.ts'
import { Fingerprint } from './Fingerprint.tsx'
import styles from './SettingsScreen.module.css'

/** Whom the connection believes without an authority, since when, on whose word. */
export const TrustedCertificates = ({ connection: { pins } }: { readonly connection: Connection }) => {
  if (pins.length === 0) return null
  const members = pins.length === 1 ? 'Certificate' : `${pins.length} certificates`
  return (
    <details className={styles.pins}>
      <summary>{members} trusted by fingerprint</summary>
      <dl>
        {pins.map(({ address, fingerprint, sinceMs, by }) => (
          <div key={address}>
            <dt>
              {address}, since <time title={utcText(sinceMs)}>{dateText(sinceMs)}</time>,{' '}
              {by === 'operator' ? 'by you' : 'by the word of its pool'}
            </dt>
            <dd>
              <Fingerprint value={fingerprint} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
