import { expect, test } from 'vitest'
import { cpioArchive } from '../../src/main/adapters/qemu-lab/cpio.ts'

test('a file and the trailer lie in the archive as the kernel documents it', () => {
  const archive = cpioArchive([{ name: 'init', mode: 0o100755, content: Buffer.from('hello') }])
  // 110 bytes of header and 5 of "init\0" are padded to 116, 5 bytes of content to 8: the trailer starts at 124.
  expect(archive.subarray(0, 116).toString('latin1')).toBe(
    '07070100000001000081ed000000000000000000000001000000000000000500000000000000000000000000000000' +
      '0000000500000000init\0\0',
  )
  expect(archive.subarray(116, 124).toString('latin1')).toBe('hello\0\0\0')
  expect(archive.subarray(124, 130).toString()).toBe('070701')
  expect(archive.subarray(234, 245).toString('latin1')).toBe('TRAILER!!!\0')
  expect(archive.length % 4).toBe(0)
})
