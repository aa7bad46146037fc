import { formatBytes, formatDuration, PAGE_BYTES } from '../../shared/units.ts'
import type { Driven } from '../adapters/qemu/drive-migration.ts'

const pages = (count: number): string => formatBytes(count * PAGE_BYTES)

/** A step of a migration as one line for a person; null for what only fills a progress bar. */
export const describeStep = (step: Driven): string | null => {
  switch (step.kind) {
    case 'started':
      return `started: ${pages(step.memoryPages)} of memory at ${formatBytes(step.linkBytesPerSecond)}/s`
    case 'round-ended':
      return `round ${step.round}${step.live ? '' : ' (the VM stood still)'}: sent ${pages(step.sentPages)} in ${formatDuration(step.ms)}, ${pages(step.dirtiedPages)} dirtied meanwhile`
    case 'decided':
      return `decided: ${step.decision.action}. ${step.decision.reasons.join(' ')}`
    case 'told':
      return step.refusal === null ? null : `not done: ${step.command.kind}: ${step.refusal}`
    case 'paused':
      return `paused, ${pages(step.remainingPages)} to go`
    case 'resumed':
      return `resumed at the destination after ${formatDuration(step.pauseMs)}, ${pages(step.remainingPages)} missing`
    case 'failed':
      return `failed: ${step.reason}`
    case 'completed':
    case 'cancelled':
      return step.kind
    case 'round-progress':
    case 'post-copy-progress':
    case 'progress':
    case 'disk-progress':
      return null
  }
}
