import { z } from 'zod'

const version = z.object({
  qemu: z.object({ major: z.number(), minor: z.number(), micro: z.number() }),
  package: z.string().default(''),
})
export type QemuVersion = Readonly<z.infer<typeof version>['qemu']>

/** Whether a QEMU is older than `major.minor`. */
export const isBefore = (version: QemuVersion, major: number, minor: number): boolean =>
  version.major < major || (version.major === major && version.minor < minor)

const failed = z.object({ class: z.string(), desc: z.string() })
export type QmpError = Readonly<z.infer<typeof failed>>

const greeting = z.object({ QMP: z.object({ version }) })
const event = z.object({
  event: z.string(),
  data: z.unknown().optional(),
  timestamp: z.object({ seconds: z.number(), microseconds: z.number() }),
})
const reply = z.object({ return: z.unknown(), id: z.number() })
const refusal = z.object({ error: failed, id: z.number().optional() })

/** A line that a QMP server may say. */
export type QmpMessage =
  | { readonly kind: 'greeting'; readonly version: QemuVersion }
  /** `atMs` by the clock of QEMU's host; NaN where it has none. */
  | { readonly kind: 'event'; readonly name: string; readonly data: unknown; readonly atMs: number }
  | { readonly kind: 'reply'; readonly id: number; readonly value: unknown }
  /** Without an id: QEMU could not read what it was told. */
  | { readonly kind: 'error'; readonly id: number | undefined; readonly error: QmpError }

/** QEMU says -1 seconds where its host's clock fails. */
const timeOf = ({ seconds, microseconds }: { seconds: number; microseconds: number }): number =>
  seconds < 0 ? Number.NaN : seconds * 1000 + microseconds / 1000

/** Reads a line; null when it is nothing that QMP knows. */
export const readQmpMessage = (line: string): QmpMessage | null => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return null
  }
  const replied = reply.safeParse(value)
  if (replied.success) return { kind: 'reply', id: replied.data.id, value: replied.data.return }
  const told = event.safeParse(value)
  if (told.success)
    return { kind: 'event', name: told.data.event, data: told.data.data, atMs: timeOf(told.data.timestamp) }
  const refused = refusal.safeParse(value)
  if (refused.success) return { kind: 'error', id: refused.data.id, error: refused.data.error }
  const greeted = greeting.safeParse(value)
  return greeted.success ? { kind: 'greeting', version: greeted.data.QMP.version.qemu } : null
}
