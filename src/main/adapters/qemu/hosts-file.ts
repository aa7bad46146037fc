import path from 'node:path'
import { z } from 'zod'
import { MIN_BANDWIDTH_BYTES_PER_SECOND } from '../../../shared/model/migration-command.ts'
import { MIB } from '../../../shared/units.ts'

/** A VM is called as its socket is: the name goes onto command lines, so it has nothing that a shell would read. */
export const qemuVmName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)

/** Longest path of a unix socket that Linux takes, bytes. */
const MOST_SOCKET_PATH = 107

const absolutePath = z
  .string()
  .max(4096)
  .refine(text => path.isAbsolute(text) && !text.includes('\0'), 'must be an absolute path')

const socketPath = absolutePath.refine(
  text => Buffer.byteLength(text) <= MOST_SOCKET_PATH,
  `must be at most ${MOST_SOCKET_PATH} bytes long, as paths of sockets are`,
)

/** `tcp:HOST:PORT`, `unix:/path` or a path; a path is read as a path, so that a socket has one address and one client. */
export const qmpAddress = z
  .union([
    z.string().regex(/^tcp:(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]{1,253}):[0-9]{1,5}$/),
    z.templateLiteral(['unix:', z.string()]).refine(text => socketPath.safeParse(text.slice(5)).success),
    socketPath,
  ])
  .describe('tcp:HOST:PORT, unix:/PATH or /PATH')
  .transform(text => text.replace(/^unix:/, ''))

const commandWord = z
  .string()
  .min(1)
  .max(4096)
  .refine(text => !text.includes('\0'), 'must not contain a NUL character: no command line can')

/** A URI of libvirt's QEMU driver. It goes onto a command line, and its host onto that of ssh. */
export const libvirtUri = z
  .string()
  .max(512)
  .regex(
    /^qemu(\+[a-z0-9]+)?:\/\/(?!-|[^/]*@-)[!-~]*$/,
    'must be a URI as qemu:///system or qemu+ssh://USER@HOST/system',
  )

const qemuHost = z.strictObject({
  name: z.string().trim().min(1).max(64),
  /** A folder on this machine: each `NAME.qmp` in it is the QMP socket of a VM. It is watched. */
  sockets: absolutePath.optional(),
  /** QMP sockets beside those of the folder. */
  qmp: z.array(qmpAddress).max(256).default([]),
  /** The libvirt of this host: its VMs are looked at through virsh. */
  libvirt: libvirtUri.optional(),
  /** What starts and ends QEMU on this host; may begin with `ssh user@host`. */
  command: z.array(commandWord).min(1).max(64).optional(),
  /** Where other hosts reach it. */
  address: z.string().trim().min(1).max(253).default('127.0.0.1'),
})
export type QemuHost = Readonly<z.infer<typeof qemuHost>>

const objectId = z.string().min(1).max(64)

/** Ids of two `tls-creds` objects that each QEMU has: it is a client when its VM leaves, and a server when one comes. */
export const tlsCreds = z.strictObject({ client: objectId, server: objectId })
export type TlsCreds = Readonly<z.infer<typeof tlsCreds>>

const hasNoTwice =
  (read: (host: QemuHost) => string | undefined) =>
  (hosts: readonly QemuHost[]): boolean => {
    const values = hosts.flatMap(host => read(host) ?? [])
    return new Set(values).size === values.length
  }

/** The hosts of one pool of QEMU processes. */
export const qemuHostsFile = z.strictObject({
  hosts: z
    .array(qemuHost)
    .min(1)
    .max(64)
    .refine(
      hasNoTwice(({ name }) => name),
      'two hosts have one name',
    )
    .refine(
      hasNoTwice(({ libvirt }) => libvirt),
      'two hosts have one libvirt',
    ),
  /** What a migration may send between two of them at most; QEMU's own default where it is not said. */
  linkBytesPerSecond: z
    .number()
    .int()
    .min(MIN_BANDWIDTH_BYTES_PER_SECOND)
    .max(2 ** 50)
    .default(128 * MIB),
  tlsCreds: tlsCreds.optional(),
})
export type QemuHostsFile = Readonly<z.infer<typeof qemuHostsFile>>

/** `HOST:PORT`, `[IPv6]:PORT` */
export const udpAddress = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]{1,253}):[0-9]{1,5}$/)
  .transform(text => {
    const colon = text.lastIndexOf(':')
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) }
  })
  .refine(({ port }) => port > 0 && port < 65_536)

export type GuestAddress = Readonly<z.infer<typeof udpAddress>>

/** What may be known of a VM beside its QMP socket, in `NAME.json`. */
export const qemuVmNotes = z.object({
  /** The guest's serial port, as a unix socket that speaks of heartbeats. */
  heartbeat: socketPath.optional(),
  /** Where the guest echoes what is sent to it by UDP. */
  probe: udpAddress.optional(),
  /** The file that is the guest's memory, shared. */
  memoryFile: absolutePath.optional(),
  /** Where a plugin counts writes, page by page. */
  heatFile: absolutePath.optional(),
})
export type QemuVmNotes = Readonly<z.infer<typeof qemuVmNotes>>

/** What the host command prints when it has started the destination of a migration. */
export const incomingAnswer = z.object({
  qmp: qmpAddress,
  /** Where QEMU is to listen for the migration, and be sent to. */
  uri: z
    .string()
    .max(512)
    .regex(/^(tcp:.+:[0-9]{1,5}|unix:\/.+)$/),
})
export type IncomingAnswer = Readonly<z.infer<typeof incomingAnswer>>
