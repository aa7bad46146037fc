import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { connectXenApi } from '../../src/main/adapters/xenapi/xenapi-hypervisor.ts'
import type { Hypervisor } from '../../src/main/ports/hypervisor.ts'
import type { ConnectionSettings } from '../../src/shared/model/connection.ts'
import { type RecordingLog, recordingLog } from './recording-log.ts'

export const never = new AbortController().signal

/** Connects for the length of the test. */
export const openXenApi = async (
  url: string,
  {
    signal = never,
    log = recordingLog(),
    ...overrides
  }: Partial<ConnectionSettings> & {
    signal?: AbortSignal
    log?: RecordingLog
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
  const hypervisor = await connectXenApi({ settings, clock: systemClock, log }, signal)
  onTestFinished(() => hypervisor.close())
  return hypervisor
}
