import type { QemuHost } from './hosts-file.ts'

/** Whether a QMP address is on this machine, as far as it tells by itself. */
export const isNear = (address: string): boolean =>
  !address.startsWith('tcp:') || /^tcp:(127\.|localhost:|\[::1\]:)/.test(address)

/** Whether a host is this machine, as far as its command and sockets tell: what /proc tells is then told of it. */
export const isHere = ({
  command = [],
  qmp,
  libvirt = 'qemu:///',
}: Pick<QemuHost, 'command' | 'qmp' | 'libvirt'>): boolean =>
  !/(^|\/)ssh$/.test(command[0] ?? '') && qmp.every(isNear) && /^qemu(\+unix)?:\/\/\//.test(libvirt)
