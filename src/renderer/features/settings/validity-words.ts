import type { SeenCertificate } from '../../../shared/model/certificate.ts'
import { dateText } from '../../ui/clock-text.ts'

const day = (ms: number): string => (ms === 0 ? 'an unreadable date' : dateText(ms))

/** From when to when a certificate is valid, and whether it is now. */
export const validityWords = (
  { validFromMs, validToMs }: Pick<SeenCertificate, 'validFromMs' | 'validToMs'>,
  nowMs: number,
): string => {
  const span = `${day(validFromMs)} to ${day(validToMs)}`
  if (validToMs !== 0 && nowMs > validToMs) return `${span}: it has expired`
  if (nowMs < validFromMs) return `${span}: not yet; check the clocks`
  return span
}
