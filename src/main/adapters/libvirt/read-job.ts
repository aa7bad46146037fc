import { printable } from '../system/printable.ts'
import type { DomainJob } from './domain.ts'

const units: readonly string[] = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']

/** `249.328 MiB` as bytes; virsh rounds to three decimals. */
const sizeOf = (text: string | undefined): number | undefined => {
  const [, digits, unit = ''] = /^(\d{1,20}\.\d{1,3}) ([KMGTPE]iB|B)$/.exec(text ?? '') ?? []
  return digits === undefined ? undefined : Number(digits) * 1024 ** units.indexOf(unit)
}

const isUnderWay = (type: string | undefined): boolean => type === 'Bounded' || type === 'Unbounded'

/** The job under way in what `virsh domjobinfo` prints; null where there is none. */
export const readJob = (text: string): DomainJob | null => {
  const fields = new Map(
    [...text.matchAll(/^([A-Z][A-Za-z ]{0,40}): +(.{0,200}?) *$/gm)].map(([, key, value]) => [key, value]),
  )
  if (!isUnderWay(fields.get('Job type'))) return null
  const dirtyRate = Number(/^(\d{1,15}) +pages\/s$/.exec(fields.get('Dirty rate') ?? '')?.[1] ?? 0)
  return {
    operation: printable(fields.get('Operation') ?? '').toLowerCase() || 'job',
    totalBytes: sizeOf(fields.get('Data total')),
    remainingBytes: sizeOf(fields.get('Data remaining')),
    // QEMU has no rate before it has read its dirty log twice, and says 0.
    dirtyPagesPerSecond: dirtyRate > 0 ? dirtyRate : undefined,
  }
}
