import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { killQemu, startTicksOf } from './own-process.ts'
import { memoryFilesOf } from './vm-files.ts'

const PREFIX = 'longshore-lab-'

/** Makes the folder of a lab, whose name tells which process it belongs to. */
export const makeLabFolder = (): string =>
  mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-${startTicksOf(process.pid)}-`))

/** Ends every VM of a lab and removes all that it left. */
export const removeLab = async (labFolder: string): Promise<void> => {
  await Promise.all(globSync(path.join(labFolder, '*', '*.pid')).map(killQemu))
  for (const file of globSync(memoryFilesOf(labFolder))) rmSync(file, { force: true })
  rmSync(labFolder, { recursive: true, force: true })
}

const isForsaken = (folder: string): boolean => {
  const [pid, ticks] = path.basename(folder).slice(PREFIX.length).split('-').map(Number)
  return pid !== undefined && ticks !== undefined && startTicksOf(pid) !== ticks
}

/** Removes the labs whose process has ended without doing so; those of another user stay. */
export const sweepLabs = async (): Promise<void> => {
  const forsaken = globSync(path.join(tmpdir(), `${PREFIX}*`)).filter(isForsaken)
  await Promise.allSettled(forsaken.map(folder => removeLab(folder)))
}
