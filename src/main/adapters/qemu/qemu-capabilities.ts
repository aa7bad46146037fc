import { type Capabilities, NO_CAPABILITIES } from '../../../shared/model/capabilities.ts'
import { isBefore, type QemuVersion } from './qmp-message.ts'

/** Before 7.1 there is no `postcopy-preempt`: requested pages wait in the limited push. */
const hasPreempt = (version: QemuVersion): boolean => !isBefore(version, 7, 1)

/** What QEMUs of these versions can be told in a migration; their memory's heat is another matter. */
export const qemuCapabilities = (versions: readonly QemuVersion[]): Capabilities => ({
  ...NO_CAPABILITIES,
  dirtyRate: true,
  rounds: true,
  stopAndCopy: true,
  postCopy: true,
  requestsBeside: versions.every(hasPreempt),
  bandwidth: true,
})
