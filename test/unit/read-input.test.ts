import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readInput } from '../../src/main/cli/read-input.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'longshore-input-'))
})
afterEach(() => rm(folder, { recursive: true }))

const aFile = async (text: string): Promise<string> => {
  const file = path.join(folder, 'cases.json')
  await writeFile(file, text)
  return file
}

test('a file is read whole up to the bytes allowed, letters of several bytes too', async () => {
  const text = 'ä'.repeat(1_200_000)
  expect(await readInput(await aFile(text), 2_400_000)).toBe(text)
})

test('a file of more than is read at a time is refused with the limit and a way on', async () => {
  const file = await aFile('x'.repeat(3 * 2 ** 20 + 1))
  await expect(readInput(file, 3 * 2 ** 20)).rejects.toMatchObject({
    code: 'invalid-input',
    message: `${file} is too large: at most 3.00 MiB are read at a time.`,
    remedy: 'Give it in several parts.',
  })
})

test('a file that is not there is told by its name', async () => {
  const file = path.join(folder, 'absent.json')
  await expect(readInput(file, 10)).rejects.toThrow(`${file} cannot be read: `)
})
