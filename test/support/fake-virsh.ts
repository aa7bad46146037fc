import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished, vi } from 'vitest'

const fixtures = path.join(import.meta.dirname, '../fixtures/virsh')

/** What virsh of libvirt 9.0 printed of two domains, one of which moved to another host. */
export const virshSaid = (name: string): string => readFileSync(path.join(fixtures, `${name}.txt`), 'utf8')

/** A shell command that prints it. */
export const saying = (name: string): string => `cat '${path.join(fixtures, `${name}.txt`)}'`

/** A program called virsh, first in the PATH of this test: it does what it was last told, in the words of a shell. */
export const fakeVirsh = (shell: string) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'longshore-virsh-'))
  const [does, calls] = [path.join(folder, 'does.sh'), path.join(folder, 'calls')]
  const willDo = (next: string): void => writeFileSync(does, next)
  willDo(shell)
  const program = `#!/bin/sh\nprintf '%s\\n' "$LC_ALL $*" >> '${calls}'\n. '${does}'\n`
  writeFileSync(path.join(folder, 'virsh'), program, { mode: 0o755 })
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder,
    willDo,
    /** The language and words of each call, one line each. */
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
  }
}
