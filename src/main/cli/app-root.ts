import { existsSync } from 'node:fs'
import path from 'node:path'

const above = (folder: string): string => {
  if (existsSync(path.join(folder, 'package.json')) || path.dirname(folder) === folder) return folder
  return above(path.dirname(folder))
}

/** The folder of the application's package.json, whether this runs from src/ or from out/. */
export const appRoot = above(import.meta.dirname)
