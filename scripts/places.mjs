import path from 'node:path'

/** The clone's root folder. */
export const root = path.resolve(import.meta.dirname, '..')

/** What set-up keeps for this clone and git ignores: a newer Node, locks, remembered failures. */
export const runtimeFolder = path.join(root, '.runtime')
