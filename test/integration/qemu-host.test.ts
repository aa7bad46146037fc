import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { awaitVm, discardVm } from '../../src/main/adapters/qemu-lab/host.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'longshore-host-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const SIZE = String(256 * 2 ** 20)

test.each(['../../etc', '', 'a b', '-x', 'x'.repeat(65)])('a VM is never called %j', async name => {
  const refused = { code: 'invalid-input', message: `A VM cannot be called "${name}".` }
  await expect(awaitVm(folder, name, SIZE)).rejects.toMatchObject(refused)
  await expect(discardVm(folder, name)).rejects.toMatchObject(refused)
})

test.each(['abc', '-1', '1e308', 'NaN', '', '1048577'])('a VM never has %j bytes of memory', async bytes => {
  const refused = { code: 'invalid-input', message: `A VM cannot have ${bytes} bytes of memory.` }
  await expect(awaitVm(folder, 'vm', bytes)).rejects.toMatchObject(refused)
})

test('a folder without parts, or with half of them, is no host', async () => {
  const refused = { message: `${folder} is no host of the lab: its host.parts cannot be read.` }
  await expect(awaitVm(folder, 'vm', SIZE)).rejects.toMatchObject(refused)
  writeFileSync(path.join(folder, 'host.parts'), '{"qemu": "/usr/bin/true", ')
  await expect(awaitVm(folder, 'vm', SIZE)).rejects.toMatchObject(refused)
})

test('to discard a VM that is not there is no mistake', async () => {
  await discardVm(folder, 'gone')
})
