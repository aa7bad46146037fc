import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** A holder renews its lock this often, in ms; one not renewed for `abandonedAfterMs` of our own watching is dead. */
const renewEveryMs = 2_000
const abandonedAfterMs = 30_000
const lookEveryMs = 200

/**
 * Does `work` while no other process on this clone does; waits for one that is, and takes over from one that died.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {() => void} [tellWaiting]
 * @returns {Promise<T>}
 */
export const withLock = async (file, work, tellWaiting = () => {}) => {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  await acquire(file, tellWaiting)
  const renewal = setInterval(() => fs.utimes(file, new Date(), new Date(), () => {}), renewEveryMs)
  const release = () => fs.rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(renewal)
    process.off('exit', release)
    release()
  }
}

/**
 * @param {string} file
 * @param {() => void} tellWaiting
 */
const acquire = async (file, tellWaiting) => {
  /** @type {{ text: string, renewedAtMs: number, seenAtMs: number } | undefined} */
  let watched
  let told = false
  while (!take(file)) {
    const seen = look(file)
    if (seen !== undefined) {
      if (watched?.text !== seen.text || watched.renewedAtMs !== seen.renewedAtMs)
        watched = { ...seen, seenAtMs: performance.now() }
      if (isDead(seen.text) || performance.now() - watched.seenAtMs > abandonedAfterMs)
        breakLock(file, seen.text)
      else if (!told) {
        told = true
        tellWaiting()
      }
    }
    await wait(lookEveryMs)
  }
}

/** @param {string} file */
const take = file => {
  try {
    fs.writeFileSync(file, JSON.stringify({ pid: process.pid, host: os.hostname(), at: Date.now() }), {
      flag: 'wx',
    })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

/** @param {string} file */
const look = file => {
  try {
    return { text: fs.readFileSync(file, 'utf8'), renewedAtMs: fs.statSync(file).mtimeMs }
  } catch {
    return undefined
  }
}

/**
 * Whether the process that wrote a lock has certainly ended. A lock from another machine or container shows a pid
 * that means nothing here, so only its silence tells.
 * @param {string} text
 */
export const isDead = text => {
  try {
    const { pid, host } = JSON.parse(text)
    if (host !== os.hostname()) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH'
  }
}

/**
 * Removes a dead lock. Another waiter may have removed it and taken a new one in the meantime; what we moved away is
 * then alive and is put back.
 * @param {string} file
 * @param {string} deadText
 */
const breakLock = (file, deadText) => {
  const aside = `${file}.${process.pid}`
  try {
    fs.renameSync(file, aside)
    if (fs.readFileSync(aside, 'utf8') !== deadText) fs.linkSync(aside, file)
  } catch {
    // Somebody was faster.
  } finally {
    fs.rmSync(aside, { force: true })
  }
}

/**
 * `withLock` for the one lock of a clone.
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 */
export const withSetUpLock = (folder, work) =>
  withLock(path.join(folder, 'set-up.lock'), work, () =>
    process.stderr.write('· waiting for another set-up of this clone\n'),
  )
