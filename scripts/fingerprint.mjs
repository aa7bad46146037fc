import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/**
 * One hash over the names, sizes and modification times of files and of all files below folders; what does not exist
 * counts as such.
 * @param {string} base
 * @param {readonly string[]} names
 */
export const fingerprint = (base, names) => {
  const hash = createHash('sha256')
  for (const name of names) addTo(hash, base, name)
  return hash.digest('hex')
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} base
 * @param {string} name
 */
const addTo = (hash, base, name) => {
  const status = fs.statSync(path.join(base, name), { throwIfNoEntry: false })
  if (status === undefined) hash.update(`${name} missing\n`)
  else if (status.isDirectory()) {
    for (const child of fs.readdirSync(path.join(base, name)).sort()) addTo(hash, base, `${name}/${child}`)
  } else hash.update(`${name} ${status.size} ${status.mtimeMs}\n`)
}

/**
 * Whether the stamp in `file` says that the work for `value` has been done.
 * @param {string} file
 * @param {string} value
 */
export const isStamped = (file, value) => {
  try {
    return fs.readFileSync(file, 'utf8') === value
  } catch {
    return false
  }
}

/** @param {string} text */
export const fingerprintOfText = text => createHash('sha256').update(text).digest('hex')
