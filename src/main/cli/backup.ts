import { statSync } from 'node:fs'
import path from 'node:path'
import { Command } from 'commander'
import { formatBytes } from '../../shared/units.ts'
import { readHistory } from '../adapters/sqlite/read-history.ts'
import { dataFolder } from './data-folder.ts'

/** Rewrites one line of a terminal; elsewhere progress is not told. */
const tellProgress = (doneRatio: number): void => {
  if (!process.stderr.isTTY) return
  process.stderr.write(`\r\x1b[K${doneRatio === 1 ? '' : `${Math.floor(doneRatio * 100)}% copied`}`)
}

const backup = async (name: string, { json }: { readonly json: boolean }): Promise<void> => {
  const file = path.resolve(name)
  const history = readHistory(dataFolder())
  try {
    await history.backup(file, tellProgress)
  } finally {
    history.close()
  }
  const bytes = statSync(file).size
  process.stdout.write(
    json
      ? `${JSON.stringify({ file, bytes })}\n`
      : `The history was copied to ${file}, ${formatBytes(bytes)}.\n`,
  )
}

/** `longshore backup`: a copy of the history, whether or not Longshore runs. */
export const backupCommand = new Command('backup')
  .description('Copy the history of the data folder to a new file; Longshore may be running.')
  .argument('<file>', 'a file that is not there yet')
  .option('--json', 'print file and bytes as one line of JSON', false)
  .addHelpText(
    'after',
    '\nTo go back to it: stop Longshore, take longshore.db, -wal and -shm out of the data folder and put the copy there\nas longshore.db.\nLONGSHORE_DATA names another data folder. Exit: 0 done, 1 failed, 2 wrong usage.',
  )
  .action(backup)
