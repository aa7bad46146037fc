import path from 'node:path'
import envPaths from 'env-paths'

/** Where sessions, settings and logs are kept; `LONGSHORE_DATA` overrides. */
export const dataFolder = (): string => {
  const asked = process.env.LONGSHORE_DATA ?? ''
  return asked === '' ? envPaths('longshore', { suffix: '' }).data : path.resolve(asked)
}

/** Where is kept what can be had again at any time; `LONGSHORE_CACHE` overrides. */
export const cacheFolder = (): string => {
  const asked = process.env.LONGSHORE_CACHE ?? ''
  return asked === '' ? envPaths('longshore', { suffix: '' }).cache : path.resolve(asked)
}
