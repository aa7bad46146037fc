import fs from 'node:fs'
import path from 'node:path'
import { SetUpError } from './set-up-error.mjs'

/** The file of npm's own command line, to be run by the Node of our choice and, on Windows, without a shell. */
export const npmFile = () => {
  const nodeFolder = path.dirname(fs.realpathSync(process.execPath))
  const beside = [nodeFolder, path.join(nodeFolder, '..', 'lib')]
  const onPath = (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap(folder => [
      path.join(folder, 'npm'),
      path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ])
  const candidates = [
    process.env.npm_execpath ?? '',
    ...beside.map(folder => path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js')),
    ...onPath,
  ]
  for (const candidate of candidates) {
    if (candidate === '' || !fs.existsSync(candidate)) continue
    const file = fs.realpathSync(candidate)
    if (path.basename(file) === 'npm-cli.js') return file
  }
  throw new SetUpError({
    message: 'npm was not found beside Node or on the PATH.',
    remedy: 'Install npm (Debian: sudo apt-get install -y npm) and run the command again.',
  })
}
