import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { MemoryHeat } from '../../src/main/adapters/qemu/memory-heat.ts'
import { startVm } from '../../src/main/adapters/qemu-lab/host.ts'
import { runProgram } from '../../src/main/adapters/qemu-lab/run-program.ts'
import { appRoot } from '../../src/main/cli/app-root.ts'
import { openFileOf } from '../../src/main/workers/open-file.ts'
import { describeReal } from '../support/describe-real.ts'
import { leftOf, listenToGuest, realHosts } from '../support/real-guests.ts'

const PAGES = 1024
const memoryBytes = PAGES * 4096
const guestBytes = 2 ** 27
const { signal } = new AbortController()

let folder = ''
const heat = new MemoryHeat()
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heat-'))
})
afterEach(async () => {
  await heat.close()
  rmSync(folder, { recursive: true, force: true })
})

const countsFile = (pages: bigint, bytes: number, magic = 'PAGEHEAT'): string => {
  const content = Buffer.alloc(bytes)
  content.write(magic, 'latin1')
  content.writeBigUInt64LE(pages, 8)
  const file = path.join(folder, 'vm.heat')
  writeFileSync(file, content)
  return file
}

describe('counts of stores', () => {
  test('that stand still tell of a guest that writes nothing', async () => {
    const file = countsFile(BigInt(PAGES), 16 + 4 * PAGES)
    const { frequency, totalPages } = await heat.readCounts({ file, memoryBytes }, 16, signal)
    expect(totalPages).toBe(PAGES)
    expect([...frequency]).toEqual(new Array(16).fill(0))
  })

  test.each([
    ['of another guest', () => countsFile(BigInt(PAGES - 1), 16 + 4 * PAGES)],
    ['of another kind', () => countsFile(BigInt(PAGES), 16 + 4 * PAGES, 'PAGEHEAD')],
    ['cut short', () => countsFile(BigInt(PAGES), 16 + 4 * PAGES - 1)],
    ['that are not there', () => path.join(folder, 'nothing')],
    ['that are a folder', () => folder],
  ])('%s are refused', async (_, make) => {
    await expect(heat.readCounts({ file: make(), memoryBytes }, 16, signal)).rejects.toMatchObject({
      code: 'unsupported',
    })
  })
})

test.skipIf(process.platform === 'win32')(
  'a file of another size, or a pipe that has come in its place, is not opened',
  async () => {
    const [file, pipe] = [path.join(folder, 'memory'), path.join(folder, 'pipe')]
    writeFileSync(file, 'cut')
    await runProgram('mkfifo', [pipe], { timeoutMs: 10_000 })
    expect(openFileOf(file, memoryBytes)).toBeNull()
    expect(openFileOf(pipe, 0)).toBeNull()
  },
)

describe('a part of the pages', () => {
  test('tells how many hold anything, and which of them change', async () => {
    const [pages, file] = [32_768, path.join(folder, 'memory')]
    const descriptor = openSync(file, 'w')
    const write = (from: number, count: number, value: number): void => {
      writeSync(descriptor, Buffer.alloc(count * 4096, value), 0, count * 4096, from * 4096)
    }
    ftruncateSync(descriptor, pages * 4096)
    write(0, pages / 4, 1)
    let value = 1
    const writing = setInterval(() => write(0, pages / 64, ++value), 20)
    onTestFinished(() => {
      clearInterval(writing)
      closeSync(descriptor)
    })
    const reading = await heat.sample({ file, memoryBytes: pages * 4096 }, 64, signal)
    expect(reading).toMatchObject({ totalPages: pages, regionPages: pages / 64 })
    expect(reading.contentPages.reduce((sum, each) => sum + each, 0)).toBe(pages / 4)
    expect(reading.frequency[0]).toBeGreaterThan(0)
    expect([...reading.frequency.slice(1)]).toEqual(new Array(63).fill(0))
  })
})

await describeReal('the plugin page-heat', parts => {
  test('counts the pages that a guest stores to, among them all that are seen to change', async () => {
    const [plugin, counts] = [path.join(folder, 'page-heat.so'), path.join(folder, 'writer.heat')]
    const source = path.join(appRoot, 'resources/qemu-plugin/page-heat.c')
    await runProgram('gcc', ['-O2', '-shared', '-fPIC', '-o', plugin, source], { timeoutMs: 30_000 })
    const qemu = path.join(folder, 'qemu')
    const argument = `${plugin},counts=${counts},memory=${guestBytes}`
    writeFileSync(qemu, `#!/bin/sh\nexec ${parts.qemu} "$@" -plugin ${argument}\n`, { mode: 0o755 })
    const hosts = realHosts({ ...parts, qemu })
    onTestFinished(async () => {
      await hosts.close()
      expect(leftOf(hosts.folder)).toEqual([])
    })
    const { serial, memory } = await startVm(hosts.source, {
      name: 'writer',
      memoryBytes: guestBytes,
      boot: { from: 'workload', workload: 'hot 32 20000' },
    })
    const guest = listenToGuest()
    onTestFinished(() => guest.close())
    await guest.listen(serial)
    await guest.beat(({ writes }) => writes > 5000)

    const counted = await heat.readCounts({ file: counts, memoryBytes: guestBytes }, 1024, signal)
    const seen = await heat.read({ file: memory, memoryBytes: guestBytes }, 1024, signal)
    expect(counted.totalPages).toBe(seen.totalPages)
    const hot = (frequency: Float32Array): readonly number[] =>
      [...frequency.keys()].filter(region => (frequency[region] ?? 0) > 1)
    expect(hot(seen.frequency).length).toBeGreaterThan(10)
    const both = hot(seen.frequency).filter(region => hot(counted.frequency).includes(region))
    expect(both.length / hot(seen.frequency).length).toBeGreaterThan(0.9)
    const quiet = [...counted.frequency].filter(frequency => frequency < 0.5)
    expect(quiet.length).toBeGreaterThan(400)
  })
})
