import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { QemuHostsFile } from '../../src/main/adapters/qemu/hosts-file.ts'
import { longshoreCommand } from '../../src/main/cli/longshore-command.ts'
import type { RealHosts } from './real-guests.ts'

/** Writes a hosts file of two real hosts; its address. Migrations are remembered beside it, so each test has its own. */
export const writeHostsFile = (hosts: RealHosts, name: string, linkBytesPerSecond: number): string => {
  const content: QemuHostsFile = {
    linkBytesPerSecond,
    hosts: [hosts.source, hosts.destination].map(sockets => ({
      name: path.basename(sockets),
      sockets,
      qmp: [],
      command: [...longshoreCommand(), 'qemu-host', '--folder', sockets],
      address: '127.0.0.1',
    })),
  }
  const file = path.join(hosts.folder, name)
  writeFileSync(file, JSON.stringify(content))
  return pathToFileURL(file).href
}
