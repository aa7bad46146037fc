import { protocol } from 'electron'
import { protectiveHeaders, readPageFile } from '../adapters/system/page-files.ts'

const scheme = 'app'
const host = 'longshore'

/** The address of our page; a scheme of its own gives it an origin and headers, which file: would not. */
export const pageUrl = `${scheme}://${host}/`

/** Whether a URL is within our page. */
export const isOurPage = (url: string): boolean => url.startsWith(pageUrl)

/** To be called before Electron is ready. */
export const registerPageScheme = (): void =>
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])

/** Serves the built renderer under the page's scheme. */
export const servePage = (rendererDir: string): void => {
  const nothing = () => new Response('There is nothing here.', { status: 404, headers: protectiveHeaders })
  protocol.handle(scheme, async ({ method, url }) => {
    if (method !== 'GET' || !isOurPage(url)) return nothing()
    const file = await readPageFile(rendererDir, new URL(url).pathname)
    return file ? new Response(file.body, { headers: file.headers }) : nothing()
  })
}
