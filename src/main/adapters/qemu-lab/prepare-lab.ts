import { existsSync, globSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../../shared/failure.ts'
import { findQemu, LEAST_MAJOR, QEMU } from '../qemu/find-qemu.ts'
import { makeFolder } from '../system/make-folder.ts'
import { type Apt, debianCodename, withApt } from './apt.ts'
import { buildGuest, makeOnce } from './guest-image.ts'
import { runProgram } from './run-program.ts'

/** What a VM of the lab is started with. */
export interface LabParts {
  readonly qemu: string
  readonly kernel: string
  readonly initrd: string
}

export interface PrepareOptions {
  /** Where the kernel and the guest are kept from one lab to the next. */
  readonly cacheDir: string
  readonly resourcesDir: string
  /** Hears each step as it begins, and which part of the whole start is done by then, 0..1. */
  readonly tell: (step: string, done: number) => void
  readonly signal: AbortSignal
}

const UNPACK_MS = 60_000
const KERNEL = 'linux-image-cloud-amd64'

const isInPath = (program: string): boolean =>
  (process.env.PATH ?? '').split(path.delimiter).some(folder => existsSync(path.join(folder, program)))

/** The Debian packages that this machine lacks. */
const missingPackages = async (): Promise<readonly string[]> => {
  const major = await findQemu()
  return [
    ...(major !== null && major >= LEAST_MAJOR ? [] : ['qemu-system-x86']),
    ...(isInPath('gcc') ? [] : ['gcc']),
    ...(existsSync('/usr/include/stdio.h') ? [] : ['libc6-dev']),
  ]
}

const needsRoot = (codename: string, packages: readonly string[]): Failure => {
  const list = '/etc/apt/sources.list.d/longshore-backports.list'
  const line = `deb http://deb.debian.org/debian ${codename}-backports main`
  const install = `apt-get install -y --no-install-recommends -t ${codename}-backports ${packages.join(' ')}`
  return new Failure({
    code: 'refused',
    message: `The lab of real VMs needs ${packages.join(', ')} (QEMU at least ${LEAST_MAJOR}), which only root can install.`,
    remedy: `Run: sudo sh -c 'echo "${line}" > ${list} && apt-get update && ${install}; rm ${list}'`,
  })
}

const kernelIn = (cacheDir: string): string | undefined =>
  globSync('vmlinuz-*-cloud-amd64', { cwd: cacheDir }).sort().at(-1)

/** Downloads a kernel's package and takes the kernel out of it; it is never installed. */
const fetchKernel = async (apt: Apt, { cacheDir, signal }: PrepareOptions): Promise<void> => {
  const name = await apt.dependencyOf(KERNEL)
  await makeOnce(path.join(cacheDir, name.replace('linux-image', 'vmlinuz')), async folder => {
    await apt.download(name, folder)
    const unpack =
      'dpkg-deb --fsys-tarfile ./*.deb | tar -x --strip-components=2 --wildcards "./boot/vmlinuz-*"'
    await runProgram('sh', ['-c', unpack], { timeoutMs: UNPACK_MS, signal, cwd: folder })
    const kernel = readdirSync(folder).find(file => file.startsWith('vmlinuz-'))
    if (kernel !== undefined) return path.join(folder, kernel)
    throw new Failure({
      code: 'unsupported',
      message: `The package ${name} holds no kernel.`,
      remedy: 'Try again when the mirror has been mended.',
    })
  })
}

const checkMachine = (): void => {
  if (process.platform === 'linux' && process.arch === 'x64') return
  throw new Failure({
    code: 'unsupported',
    message: `The lab of real VMs runs on Linux on x86-64 only, and this is ${process.platform} on ${process.arch}.`,
    remedy: 'Use the simulated lab.',
  })
}

/**
 * Finds what the lab needs, and installs, downloads and builds what is missing. Rejects with a Failure that says what
 * to do, or as `signal` aborts.
 */
export const prepareLab = async (options: PrepareOptions): Promise<LabParts> => {
  const { cacheDir, resourcesDir, tell, signal } = options
  checkMachine()
  makeFolder(cacheDir)
  const missing = await missingPackages()
  if (missing.length > 0 && process.getuid?.() !== 0) throw needsRoot(debianCodename(), missing)
  if (missing.length > 0 || kernelIn(cacheDir) === undefined) {
    tell('Asking the Debian mirror', 0)
    await withApt(signal, async apt => {
      if (missing.length > 0) {
        tell(`Installing ${missing.join(', ')}`, 0.1)
        await apt.install(missing)
      }
      if (kernelIn(cacheDir) !== undefined) return
      tell('Downloading a kernel for the guests', 0.4)
      await fetchKernel(apt, options)
    })
  }
  await checkQemu()
  tell('Building the guest', 0.7)
  const initrd = await buildGuest(path.join(resourcesDir, 'qemu-guest', 'init.c'), { cacheDir, signal })
  return { qemu: QEMU, kernel: path.join(cacheDir, kernelIn(cacheDir) ?? ''), initrd }
}

const checkQemu = async (): Promise<void> => {
  const major = await findQemu()
  if (major !== null && major >= LEAST_MAJOR) return
  throw new Failure({
    code: 'unsupported',
    message: `${QEMU} in this machine's path is of version ${major ?? 'none'}, and at least ${LEAST_MAJOR} is needed: before it, guests lose memory while they move.`,
    remedy: `Put a QEMU of version ${LEAST_MAJOR} or newer first in the path.`,
  })
}
