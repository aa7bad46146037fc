export interface ArchivedFile {
  readonly name: string
  readonly mode: number
  readonly content: Uint8Array
}

const field = (value: number): string => value.toString(16).padStart(8, '0')

const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])

const entry = ({ name, mode, content }: ArchivedFile, inode: number): Buffer => {
  const links = 1
  // inode, mode, user, group, links, time, size, device (2), device it is (2), length of the name, checksum
  const fields = [inode, mode, 0, 0, links, 0, content.length, 0, 0, 0, 0, Buffer.byteLength(name) + 1, 0]
  const header = Buffer.from(`070701${fields.map(field).join('')}${name}\0`)
  return Buffer.concat([padded(header), padded(content)])
}

/** A cpio archive in the "newc" format, which Linux takes as its first file system (kernel: initramfs buffer format). */
export const cpioArchive = (files: readonly ArchivedFile[]): Buffer =>
  Buffer.concat([
    ...files.map((file, index) => entry(file, index + 1)),
    entry({ name: 'TRAILER!!!', mode: 0, content: new Uint8Array() }, 0),
  ])
