import { z } from 'zod'

/** Most regions a page order may have; a heat reading has no more either. */
export const MAX_ORDERED_REGIONS = 65_536

/** The least a migration can be bounded to, bytes/s: with less it would never end. A guess. */
export const MIN_BANDWIDTH_BYTES_PER_SECOND = 1024 * 1024

/** Commands without figures. `continue` starts the next round without waiting for the host's 100 ms. */
export const controlWords = ['continue', 'switch', 'stop-and-copy', 'cancel'] as const
export const controlWord = z.enum(controlWords)
export type ControlWord = z.infer<typeof controlWord>
/** What an operator may say: a policy alone waits for rounds. */
export type OperatorWord = Exclude<ControlWord, 'continue'>

/** A heat class (an index into `heatClasses`) for each region of guest memory, in address order. */
export interface PageOrder {
  readonly regionPages: number
  readonly classes: Uint8Array
  /** What live rounds send first; the coldest where it is not said. A push goes hottest first in any case. */
  readonly live?: 'coldest-first' | 'hottest-first' | undefined
}

/** What a running migration can be told. */
export type MigrationCommand =
  | { readonly kind: ControlWord }
  /** At most so many payload bytes a second from now on, while the VM runs at the source; null: as much as the link carries. */
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number | null }
  /** Live rounds send pages in this order from now on; after a switch the hottest are pushed first. */
  | ({ readonly kind: 'page-order' } & PageOrder)
  /** The guest runs at this part of its speed from now on, 0..1, while the VM runs at the source. */
  | { readonly kind: 'throttle'; readonly speed: number }
  /** Pushes this share of the link's other traffic aside from now on, 0..1. */
  | { readonly kind: 'priority'; readonly share: number }

export const commandKinds = [...controlWords, 'bandwidth', 'page-order', 'throttle', 'priority'] as const
export type CommandKind = (typeof commandKinds)[number]

/** Whether a command says how to go on; the others only set something. */
export const isControlWord = (kind: CommandKind): kind is ControlWord =>
  controlWords.some(word => word === kind)

/** A command as it is kept: a page order is too large to be. */
export interface CommandRecord {
  readonly command: CommandKind
  /** Of `bandwidth`. */
  readonly bytesPerSecond?: number | null | undefined
}

export const commandRecordOf = (command: MigrationCommand): CommandRecord =>
  command.kind === 'bandwidth'
    ? { command: command.kind, bytesPerSecond: command.bytesPerSecond }
    : { command: command.kind }
