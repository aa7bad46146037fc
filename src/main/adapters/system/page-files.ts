import { readFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * What the page may do: run and load what came with it, and talk to where it came from. Styles may be inline because
 * the widget library writes its theme into the page.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** What every answer carries, page or not. */
export const protectiveHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

export interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
}

/** Where a URL's path points to below `folder`; undefined when it points elsewhere. */
const fileBelow = (folder: string, urlPath: string): string | undefined => {
  let name: string
  try {
    name = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  if (name.includes('\0') || name.includes('\\')) return undefined
  const file = path.join(folder, name === '/' ? 'index.html' : name)
  return file.startsWith(folder + path.sep) ? file : undefined
}

/** The built renderer's file for a URL's path, with its headers; undefined when there is none. */
export const readPageFile = async (folder: string, urlPath: string): Promise<PageFile | undefined> => {
  const file = fileBelow(path.resolve(folder), urlPath)
  const contentType = file === undefined ? undefined : contentTypes[path.extname(file)]
  if (file === undefined || contentType === undefined) return undefined
  try {
    const body = new Uint8Array(await readFile(file))
    const caching = file.endsWith('.html') ? 'no-store' : 'no-cache'
    return { body, headers: { ...protectiveHeaders, 'content-type': contentType, 'cache-control': caching } }
  } catch {
    return undefined
  }
}
