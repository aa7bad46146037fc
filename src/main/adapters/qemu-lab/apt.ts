import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Failure } from '../../../shared/failure.ts'
import { readList, readStanzas, withBackports } from './apt-sources.ts'
import { runProgram } from './run-program.ts'

const DOWNLOAD_MS = 180_000
const INSTALL_MS = 180_000
const QUERY_MS = 30_000
/** What apt wants to find, outer ones first. */
const APT_FOLDERS = ['lists', 'lists/partial', 'cache', 'cache/archives', 'cache/archives/partial']

/** apt with the backports of this machine's release, beside the apt of the machine, whose lists it leaves alone. */
export interface Apt {
  /** The release's codename, such as `bookworm`. */
  readonly codename: string
  /** The package that a package without content of its own stands for. */
  dependencyOf(name: string): Promise<string>
  /** Downloads a package into a folder; anybody may. */
  download(name: string, folder: string): Promise<void>
  /** Installs packages, from the backports where they have them; needs root. */
  install(names: readonly string[]): Promise<void>
}

const ownSources = () => [
  ...globSync('/etc/apt/{sources.list,sources.list.d/*.list}').flatMap(file =>
    readList(readFileSync(file, 'utf8')),
  ),
  ...globSync('/etc/apt/sources.list.d/*.sources').flatMap(file => readStanzas(readFileSync(file, 'utf8'))),
]

const releaseField = (field: string): string | undefined => {
  try {
    return new RegExp(`^${field}="?([^"\\n]+)"?$`, 'm').exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

/** The codename of this machine's Debian release; rejects on anything else. */
export const debianCodename = (): string => {
  const codename = releaseField('VERSION_CODENAME')
  if (process.platform === 'linux' && releaseField('ID') === 'debian' && codename !== undefined)
    return codename
  throw new Failure({
    code: 'unsupported',
    message: `The lab of real VMs can be set up on Debian only, and this is ${releaseField('PRETTY_NAME') ?? process.platform}.`,
    remedy: 'Use the simulated lab, or a Debian machine.',
  })
}

const noMirror = (codename: string): Failure =>
  new Failure({
    code: 'not-found',
    message: `The apt sources of this machine name no mirror of Debian ${codename}, so its backports cannot be found.`,
    remedy: `Add a line such as: deb http://deb.debian.org/debian ${codename} main`,
  })

/** The options that make apt see the sources, lists and cache of `folder` and none else. */
const optionsFor = (folder: string): readonly string[] =>
  [
    `Dir::Etc::sourcelist=${path.join(folder, 'backports.sources')}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${path.join(folder, 'lists')}`,
    `Dir::Cache=${path.join(folder, 'cache')}`,
    'Acquire::Retries=2',
    'Acquire::http::Timeout=20',
    'Acquire::https::Timeout=20',
    'DPkg::Lock::Timeout=120',
  ].flatMap(option => ['-o', option])

const aptIn = (folder: string, codename: string, signal: AbortSignal): Apt => {
  const options = optionsFor(folder)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
  const apt = (
    program: string,
    args: readonly string[],
    limits: { timeoutMs: number; signal?: AbortSignal; cwd?: string },
  ) => runProgram(program, [...options, ...args], { env, ...limits })
  return {
    codename,
    dependencyOf: async name => {
      const text = await apt('apt-cache', ['depends', name], { timeoutMs: QUERY_MS, signal })
      return /^\s*Depends: (\S+)$/m.exec(text)?.[1] ?? name
    },
    download: async (name, cwd) => {
      await apt('apt-get', ['download', name], { timeoutMs: DOWNLOAD_MS, signal, cwd })
    },
    install: async names => {
      const install = ['install', '-y', '--no-install-recommends', '-t', `${codename}-backports`]
      await apt('apt-get', [...install, '--download-only', ...names], { timeoutMs: DOWNLOAD_MS, signal })
      // From here on there is no way back: a half-installed package is worse than a late answer.
      await apt('apt-get', [...install, ...names], { timeoutMs: INSTALL_MS })
    },
  }
}

/** Runs `use` with an apt that knows the backports; whatever it was given is gone afterwards. */
export const withApt = async <T>(signal: AbortSignal, use: (apt: Apt) => Promise<T>): Promise<T> => {
  const codename = debianCodename()
  const sources = withBackports(ownSources(), codename)
  if (sources === null) throw noMirror(codename)
  const folder = mkdtempSync(path.join(tmpdir(), 'longshore-apt-'))
  try {
    // apt downloads as a user of its own, who has to get here.
    chmodSync(folder, 0o755)
    for (const name of APT_FOLDERS) mkdirSync(path.join(folder, name))
    writeFileSync(path.join(folder, 'backports.sources'), sources)
    const apt = aptIn(folder, codename, signal)
    await runProgram('apt-get', [...optionsFor(folder), 'update'], { timeoutMs: DOWNLOAD_MS, signal })
    return await use(apt)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
