import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'

/** Whoever has a connection to a socket. */
export interface SocketHolder {
  readonly pid: number
  readonly program: string
}

const ASK_TIMEOUT_MS = 2_000
const MOST_TABLE = 8 * 1024 * 1024

/** State, two queues, the socket's path and number, those of its peer, and the first process that has it open. */
const row = /^\S+\s+ESTAB\s+\d+\s+\d+\s+(.+?) (\d+)\s+\* (\d+)\s+users:\(\("([^"]*)",pid=(\d+)/

/** Who is connected to the unix socket at `path`, in what `ss -xpnH` prints; null where that does not tell. */
export const holderIn = (table: string, path: string): SocketHolder | null => {
  const rows = table.split('\n').flatMap(line => {
    const [, place, inode, peer, program = '', pid] = row.exec(line) ?? []
    return place === undefined ? [] : [{ place, inode, peer, program, pid: Number(pid) }]
  })
  // Who waits to be let in has no peer yet.
  const held = rows.find(({ place }) => place === path)
  const holder = rows.find(({ inode }) => inode === held?.peer)
  return holder === undefined ? null : { pid: holder.pid, program: holder.program }
}

/** Its program and what that runs: a thread that was named has another name in the table. Arguments may be secrets. */
const programOf = async (pid: number): Promise<string | null> => {
  const told = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const words = told
    .split('\0')
    .slice(0, 2)
    .filter(word => !word.startsWith('-'))
  return words.join('') === ''
    ? null
    : words
        .map(word => basename(word))
        .join(' ')
        .trim()
}

/** Who is connected to a unix socket of this machine; null for others, and where iproute2 is not installed. */
export const holderOf = async (address: string): Promise<SocketHolder | null> => {
  if (address.startsWith('tcp:')) return null
  const table = await promisify(execFile)('ss', ['-xpnH'], {
    timeout: ASK_TIMEOUT_MS,
    maxBuffer: MOST_TABLE,
  }).catch(() => null)
  const holder = holderIn(table?.stdout ?? '', address.replace(/^unix:/, ''))
  return holder && { ...holder, program: (await programOf(holder.pid)) ?? holder.program }
}
