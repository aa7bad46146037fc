import type { PageOrder } from '../../../shared/model/migration-command.ts'

/** Region numbers by class, lowest first; equal classes by address. */
const coldestFirst = (classes: Uint8Array): readonly number[] =>
  Array.from(classes.keys()).sort((a, b) => (classes[a] ?? 0) - (classes[b] ?? 0) || a - b)

/** Region numbers by class, highest first; equal classes by address. */
const hottestFirst = (classes: Uint8Array): readonly number[] =>
  Array.from(classes.keys()).sort((a, b) => (classes[b] ?? 0) - (classes[a] ?? 0) || a - b)

/** The regions of an order as live rounds go through them. */
export const liveRegions = ({ classes, live }: PageOrder): readonly number[] =>
  live === 'hottest-first' ? hottestFirst(classes) : coldestFirst(classes)

/** The regions of an order as a push goes through them. */
export const pushRegions = ({ classes }: PageOrder): readonly number[] => hottestFirst(classes)
