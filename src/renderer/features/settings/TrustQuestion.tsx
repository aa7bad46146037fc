import { Button } from '@mantine/core'
import { useId, useState } from 'react'
import type { CertificateQuestion } from '../../../shared/model/certificate.ts'
import type { Connection } from '../../../shared/model/connection.ts'
import { Clock } from '../../ui/Clock.tsx'
import { dateText } from '../../ui/clock-text.ts'
import { Fingerprint } from './Fingerprint.tsx'
import { RequestFailure } from './RequestFailure.tsx'
import styles from './TrustQuestion.module.css'
import { useRequest } from './use-request.ts'
import { validityWords } from './validity-words.ts'

const SHOW_FINGERPRINT = 'openssl x509 -in /etc/xensource/xapi-ssl.pem -noout -sha256 -fingerprint'

const Explanation = ({ question }: { readonly question: CertificateQuestion }) =>
  question.pinned ? (
    <p>
      It shows <b>another certificate</b> than the one trusted since{' '}
      <Clock atMs={question.pinned.sinceMs} withDate />. Either somebody renewed it, or somebody is between
      you and the server. Nothing is sent to it, no password either. Ask who renewed it before you trust the
      new one.
    </p>
  ) : (
    <p>
      No authority that this machine knows vouches for its certificate, as is usual with a XenServer. Nothing
      has been sent to it yet, no password either. Compare the fingerprint with the server's own.
    </p>
  )

const Details = ({ question: { seen, pinned } }: { readonly question: CertificateQuestion }) => (
  <dl className={styles.details}>
    {pinned && (
      <>
        <dt>
          Trusted by {pinned.by === 'operator' ? 'you' : 'the pool'} since {dateText(pinned.sinceMs)}
        </dt>
        <dd>
          <Fingerprint value={pinned.fingerprint} other={seen.fingerprint} />
        </dd>
      </>
    )}
    <dt>{pinned ? 'Shown now' : 'Fingerprint (SHA-256)'}</dt>
    <dd>
      <Fingerprint value={seen.fingerprint} {...(pinned && { other: pinned.fingerprint })} />
    </dd>
    <dt>Issued to</dt>
    <dd>{seen.subject || 'nobody named'}</dd>
    <dt>Issued by</dt>
    <dd>{seen.issuer === seen.subject ? 'itself' : seen.issuer || 'nobody named'}</dd>
    <dt>Valid</dt>
    <dd>{validityWords(seen, Date.now())}</dd>
  </dl>
)

/** Asks the operator about a certificate that nobody vouches for, or that has changed. */
export const TrustQuestion = ({
  connection,
  question,
}: {
  readonly connection: Connection
  readonly question: CertificateQuestion
}) => {
  const { seen, pinned } = question
  const titleId = useId()
  const { ask, isBusy, failure } = useRequest()
  const [putOff, setPutOff] = useState<string | null>(null)
  if (putOff === seen.fingerprint)
    return (
      <p className={styles.putOff}>
        {seen.address} waits for your word on its certificate.{' '}
        <Button size="compact-xs" onClick={() => setPutOff(null)}>
          Look at it
        </Button>
      </p>
    )
  const trust = () =>
    ask(client =>
      client.call('connection.trust', {
        connectionId: connection.id,
        address: seen.address,
        fingerprint: seen.fingerprint,
      }),
    )
  return (
    <section
      className={styles.question}
      data-changed={pinned !== null || undefined}
      aria-labelledby={titleId}
    >
      <h3 id={titleId} className={styles.title}>
        {pinned ? `${seen.address} has changed its certificate` : `Is this ${seen.address}?`}
      </h3>
      <Explanation question={question} />
      <Details question={question} />
      <p className={styles.onServer}>
        At the server's own console this prints it:
        <code className={styles.command}>{SHOW_FINGERPRINT}</code>
      </p>
      <RequestFailure failure={failure} />
      <div className={styles.buttons}>
        <Button variant={pinned ? 'default' : 'filled'} onClick={() => void trust()} disabled={isBusy}>
          {pinned ? 'Trust the new one' : 'Trust'}
        </Button>
        <Button onClick={() => setPutOff(seen.fingerprint)}>Not now</Button>
      </div>
    </section>
  )
}
