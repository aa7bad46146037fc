import { errorText } from '../../shared/failure.ts'
import { formatBytes } from '../../shared/units.ts'
import { examineHistory } from '../adapters/sqlite/read-history.ts'
import type { Finding } from './examination.ts'

const name = 'Database'

/** What the history of a data folder is like, and whether a console writes it now; changes nothing there. */
export const examineStore = (folder: string): Finding => {
  try {
    const history = examineHistory(folder)
    if (history === null)
      return { name, state: 'good', found: 'none yet', follows: 'It is made when a console starts.' }
    const { bytes, schema, newestSchema, isInUse } = history
    const found = `${formatBytes(bytes)}, schema ${schema} of ${newestSchema}`
    if (schema > newestSchema)
      return {
        name,
        state: 'bad',
        found,
        follows: 'A newer Longshore wrote it; update this one, or name another folder in LONGSHORE_DATA.',
      }
    if (isInUse)
      return {
        name,
        state: 'limited',
        found: `${found}, in use`,
        follows: 'A console runs on this folder; another one needs a folder of its own in LONGSHORE_DATA.',
      }
    const follows =
      schema < newestSchema
        ? 'Readable; the next console that starts brings its schema up to date.'
        : 'Readable, and no console runs on it.'
    return { name, state: 'good', found, follows }
  } catch (error) {
    return {
      name,
      state: 'bad',
      found: `cannot be read: ${errorText(error).replace(/\.$/, '')}`,
      follows: 'A damaged one is set aside by the next console that starts, which saves what it can.',
    }
  }
}
