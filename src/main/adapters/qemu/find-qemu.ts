import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export const QEMU = 'qemu-system-x86_64'
const ASK_MS = 10_000
/** Before it, guests without KVM lose pages while they move (7.2 did in 4 of 6 moves, 10.0 in none of 84: measured). */
export const LEAST_MAJOR = 10

/** The major version in what `qemu-system-x86_64 --version` writes; null where it is no version of QEMU. */
export const majorVersionIn = (text: string): number | null => {
  const major = /^QEMU emulator version (\d{1,4})\./.exec(text)?.[1]
  return major === undefined ? null : Number(major)
}

/** The major version of the QEMU in the path; null where there is none. */
export const findQemu = async (): Promise<number | null> => {
  try {
    const { stdout } = await promisify(execFile)(QEMU, ['--version'], { timeout: ASK_MS })
    return majorVersionIn(stdout)
  } catch {
    return null
  }
}
