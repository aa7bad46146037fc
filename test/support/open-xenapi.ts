import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { connectXenApi } from '../../src/main/adapters/xenapi/xenapi-hypervisor.ts'
import type { Hypervisor } from '../../src/main/ports/hypervisor.ts'
import type { Trust } from '../../src/main/ports/trust.ts'
import type { CertificateQuestion } from '../../src/shared/model/certificate.ts'
import type { ConnectionSettings } from '../../src/shared/model/connection.ts'
import { noTrust } from './no-trust.ts'
import { type RecordingLog, recordingLog } from './recording-log.ts'

export const never = new AbortController().signal

/** Connects for the length of the test. */
export const openXenApi = async (
  url: string,
  {
    signal = never,
    log = recordingLog(),
    trust = noTrust,
    members = [],
    onMembers = () => undefined,
    onQuestion = () => undefined,
    ...overrides
  }: Partial<ConnectionSettings> & {
    signal?: AbortSignal
    log?: RecordingLog
    trust?: Trust
    members?: readonly string[]
    onMembers?: (addresses: readonly string[]) => void
    onQuestion?: (question: CertificateQuestion) => void
  } = {},
): Promise<Hypervisor> => {
  const settings: ConnectionSettings = {
    id: 'lab-a',
    name: 'lab A',
    url,
    user: 'root',
    password: 'secret',
    level: 'advise',
    ...overrides,
  }
  const hypervisor = await connectXenApi(
    { settings, clock: systemClock, log, trust, members, onMembers, onQuestion },
    signal,
  )
  onTestFinished(() => hypervisor.close())
  return hypervisor
}
