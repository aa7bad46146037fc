import path from 'node:path'

/** One import as it stands in a source file. */
interface Import {
  readonly target: string
  readonly typeOnly: boolean
}

/**
 * A place: what its files match, what they may import, and what only as types. Each is a pattern over paths below src/;
 * `npm` is over the names of packages.
 */
interface Place {
  readonly name: string
  readonly files: RegExp
  readonly may: readonly RegExp[]
  readonly mayAsTypes?: readonly RegExp[]
  readonly npm: RegExp
}

const shared = /^shared\//
const units = /^shared\/units\.ts$/
const anyPackageButElectron = /^(?!electron$)/
const noNode = /^(?!electron$|node:|better-sqlite3$|ws$|commander$|env-paths$)/
const workerFile = /^main\/workers\/worker-file\.ts$/
const launch = /^main\/(run-app\.ts|cli\/(app-root|data-folder|longshore-command|pool-option)\.ts)$/

/** Who may import whom. The first place whose pattern matches a file is the file's place. */
export const places: readonly Place[] = [
  { name: 'shared', files: shared, may: [shared], npm: /^(zod|@msgpack\/msgpack)$/ },
  {
    name: 'core',
    files: /^main\/core\//,
    // assertNever is the one word of failure.ts that the core speaks.
    may: [/^main\/core\//, units, /^shared\/failure\.ts$/],
    mayAsTypes: [/^shared\/model\//],
    npm: /^$/,
  },
  { name: 'ports', files: /^main\/ports\//, may: [/^main\/ports\//, shared], npm: /^$/ },
  {
    name: 'services',
    files: /^main\/services\//,
    may: [/^main\/(services|core|ports)\//, shared],
    npm: anyPackageButElectron,
  },
  {
    // QEMU's adapter shows what libvirt's tells of, which knows nothing of it.
    name: 'adapters/libvirt',
    files: /^main\/adapters\/libvirt\//,
    may: [/^main\/(adapters\/(libvirt|system)|core|ports)\//, shared],
    npm: anyPackageButElectron,
  },
  {
    name: 'adapters/qemu',
    files: /^main\/adapters\/qemu\//,
    may: [/^main\/(adapters\/(qemu|libvirt|system)|core|ports)\//, shared, workerFile],
    mayAsTypes: [/^main\/workers\//],
    npm: anyPackageButElectron,
  },
  {
    name: 'adapters',
    files: /^main\/adapters\//,
    may: [/^main\/(adapters|core|ports)\//, shared, workerFile],
    mayAsTypes: [/^main\/workers\//],
    npm: anyPackageButElectron,
  },
  {
    name: 'handlers',
    files: /^main\/handlers\//,
    may: [/^main\/handlers\//, shared],
    mayAsTypes: [/^main\/(services|ports)\//],
    npm: /^$/,
  },
  {
    name: 'workers',
    files: /^main\/workers\//,
    may: [/^main\/workers\//, /^main\/core\//, /^main\/adapters\/(tensor|lab|sqlite|session)\//, shared],
    mayAsTypes: [/^main\/ports\//],
    npm: anyPackageButElectron,
  },
  {
    name: 'cli',
    files: /^main\/cli\//,
    // `lab`, `qemu-host`, `train`, `simulate` and `migrate` start one adapter alone: there is no application around it.
    may: [
      /^main\/(cli|core)\//,
      /^main\/(app|serve)\.ts$/,
      /^main\/adapters\/(lab|qemu|qemu-lab|tensor|simulation)\//,
      /^main\/adapters\/system\/system-clock\.ts$/,
      // Backup and export work beside a running console, or without one.
      /^main\/adapters\/sqlite\/(read-history|export-lines)\.ts$/,
      // Node's own way to make a folder with those above it may never return.
      /^main\/adapters\/system\/make-folder\.ts$/,
      shared,
    ],
    mayAsTypes: [/^main\/(services|ports)\//],
    npm: anyPackageButElectron,
  },
  {
    name: 'shell and index.ts',
    files: /^main\/(shell\/|index\.ts$)/,
    may: [/^main\/shell\//, /^main\/app\.ts$/, /^main\/adapters\/system\//, launch, shared],
    mayAsTypes: [/^main\/ports\//],
    npm: /^(electron$|zod$|node:)/,
  },
  {
    name: 'app.ts',
    files: /^main\/app\.ts$/,
    may: [/^main\/(adapters|services|handlers|core|ports)\//, shared],
    npm: anyPackageButElectron,
  },
  {
    name: 'run-app.ts and serve.ts',
    files: /^main\/(run-app|serve)\.ts$/,
    may: [/^main\/(app|run-app)\.ts$/, /^main\/(adapters\/system|ports)\//, launch, shared],
    npm: anyPackageButElectron,
  },
  { name: 'preload', files: /^preload\//, may: [shared], npm: /^electron$/ },
  {
    name: 'renderer/features',
    files: /^renderer\/features\//,
    // Another feature only through its index.ts; the feature itself is allowed below.
    may: [/^renderer\/(ui|charts|state)\//, /^renderer\/features\/[^/]+\/index\.ts$/, shared],
    npm: noNode,
  },
  { name: 'renderer/ui', files: /^renderer\/ui\//, may: [/^renderer\/ui\//, units], npm: noNode },
  { name: 'renderer/charts', files: /^renderer\/charts\//, may: [/^renderer\/charts\//, units], npm: noNode },
  { name: 'renderer/state', files: /^renderer\/state\//, may: [/^renderer\/state\//, shared], npm: noNode },
  { name: 'renderer/pipe', files: /^renderer\/pipe\//, may: [/^renderer\/pipe\//, shared], npm: noNode },
  {
    name: 'renderer/shell',
    files: /^renderer\/shell\//,
    may: [
      /^renderer\/(shell|ui|charts|state|pipe)\//,
      /^renderer\/features\/[^/]+\/index\.ts$/,
      /^renderer\/theme\.ts$/,
      shared,
    ],
    npm: noNode,
  },
  {
    name: 'renderer',
    files: /^renderer\/[^/]+\.tsx?$/,
    may: [/^renderer\/(shell|state|pipe|ui)\//, /^renderer\/[^/]+$/, shared],
    npm: noNode,
  },
]

const importPattern =
  /(?:^|[;}\s])(?:import|export)\s+(type\s+)?(?:([^'"`;]*?)\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

/** Finds every import, re-export and dynamic import of a source text, comments aside. */
export const importsOf = (text: string): readonly Import[] =>
  [...text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').matchAll(importPattern)].map(
    ([, typeWord, clause = '', target, dynamicTarget]) => ({
      target: target ?? dynamicTarget ?? '',
      typeOnly: typeWord !== undefined || namesOnlyTypes(clause),
    }),
  )

/** `{ type A, type B }` imports nothing at run time. */
const namesOnlyTypes = (clause: string): boolean => {
  const names = /^\{([^}]*)\}$/
    .exec(clause.trim())?.[1]
    ?.split(',')
    .filter(name => name.trim() !== '')
  return names !== undefined && names.length > 0 && names.every(name => /^\s*type\s/.test(name))
}

const isAsset = (target: string): boolean => /\.(css|svg|json)(\?\w+)?$/.test(target)

const featureOf = (file: string): string | undefined => /^renderer\/features\/[^/]+\//.exec(file)?.[0]

const refuses = (place: Place, file: string, { target, typeOnly }: Import): boolean => {
  if (isAsset(target)) return false
  if (!target.startsWith('.')) return !place.npm.test(target)
  const wanted = path.posix.join(path.posix.dirname(file), target)
  const feature = featureOf(file)
  if (feature !== undefined && wanted.startsWith(feature)) return false
  const allowed = typeOnly ? [...place.may, ...(place.mayAsTypes ?? [])] : place.may
  return !allowed.some(pattern => pattern.test(wanted))
}

/** Every breach of the fence in a map of files (paths below src/ to their text), as sentences. */
export const breaches = (files: ReadonlyMap<string, string>): readonly string[] =>
  [...files].flatMap(([file, text]) => {
    const place = places.find(({ files: pattern }) => pattern.test(file))
    if (place === undefined) return [`${file} is in a place that the fence does not know`]
    return importsOf(text)
      .filter(each => refuses(place, file, each))
      .map(
        ({ target, typeOnly }) =>
          `${file} (${place.name}) may not import ${typeOnly ? 'types of ' : ''}${target}`,
      )
  })
