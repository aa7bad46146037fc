import { Failure } from '../../shared/failure.ts'
import type { CertificateQuestion } from '../../shared/model/certificate.ts'

/** A server showed a certificate that nobody vouched for; nothing was sent to it. */
export class CertificateFailure extends Failure {
  readonly question: CertificateQuestion

  constructor(question: CertificateQuestion) {
    const { seen, pinned } = question
    super({
      code: 'certificate',
      message: pinned
        ? `${seen.address} shows another certificate than the one trusted since ${new Date(pinned.sinceMs).toISOString().slice(0, 10)}.`
        : `${seen.address} shows a certificate that nobody vouches for.`,
      remedy: pinned
        ? 'Ask who changed it before you trust the new one: somebody may be between you and the server.'
        : "Compare its fingerprint with the server's own, then trust it in Settings.",
    })
    this.question = question
  }
}
