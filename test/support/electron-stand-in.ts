import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { asMainPort } from './main-port.ts'

/**
 * Stands in for the few parts of Electron that main and preload use, in one process, with Electron's own rules where
 * they matter to us: what crosses is cloned, a sandboxed preload may require only `electron`, ports start stopped.
 */

/** What was asked of the stand-in, for the test to look at. */
export const seen = {
  schemes: [] as unknown[],
  userData: '',
  windowOptions: {} as Readonly<Record<string, unknown>>,
  menuRoles: [] as (string | undefined)[],
  calls: [] as string[],
  exitCode: undefined as number | undefined,
  frontings: 0,
}

type PageHandler = (request: Request) => Promise<Response>
type Preventable = { readonly url: string; preventDefault(): void; isPrevented: boolean }

const pageHandlers = new Map<string, PageHandler>()
let permissionRequest:
  | ((contents: unknown, permission: string, answer: (granted: boolean) => void) => void)
  | undefined
let permissionCheck: ((contents: unknown, permission: string, origin: string) => boolean) | undefined
const rawPorts = new WeakMap<object, MessagePort>()

class App extends EventEmitter {
  readonly #ready = new Promise<void>(resolve => setImmediate(resolve))
  whenReady = () => this.#ready
  setPath = (name: string, folder: string) => {
    if (name === 'userData') seen.userData = folder
  }
  requestSingleInstanceLock = () => process.env.STAND_IN_LOCK !== 'taken'
  quit = () => {
    seen.calls.push('quit')
    const event = { isPrevented: false, preventDefault: () => (event.isPrevented = true) }
    this.emit('will-quit', event)
    if (!event.isPrevented) this.exit(0)
  }
  exit = (code: number) => {
    seen.calls.push('exit')
    seen.exitCode = code
    this.emit('exited')
  }
}
export const app = new App()

export const dialog = {
  showErrorBox: (title: string, text: string) => seen.calls.push(`error: ${title} ${text}`),
}
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }
export const safeStorage = {
  getSelectedStorageBackend: () => 'basic_text',
  isAsyncEncryptionAvailable: async () => true,
  encryptStringAsync: async (text: string) => Buffer.from(text).map(byte => byte ^ 0xff),
  decryptStringAsync: async (sealed: Buffer) => ({
    result: Buffer.from(sealed.map(byte => byte ^ 0xff)).toString('utf8'),
    shouldReEncrypt: false,
  }),
}
export const nativeTheme = { shouldUseDarkColors: true }
export const ipcMain = new EventEmitter()

export const protocol = {
  registerSchemesAsPrivileged: (schemes: readonly unknown[]) => {
    seen.schemes.push(...schemes)
    seen.calls.push('scheme')
  },
  handle: (scheme: string, handler: PageHandler) => void pageHandlers.set(scheme, handler),
}
void app.whenReady().then(() => seen.calls.push('ready'))

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: typeof permissionRequest) => {
      permissionRequest = handler
    },
    setPermissionCheckHandler: (handler: typeof permissionCheck) => {
      permissionCheck = handler
    },
  },
}

interface MenuItem {
  readonly role?: string
  readonly submenu?: readonly MenuItem[]
}
const rolesOf = (items: readonly MenuItem[]): (string | undefined)[] =>
  items.flatMap(({ role, submenu = [] }) => [role, ...rolesOf(submenu)])
export const Menu = {
  buildFromTemplate: (template: readonly MenuItem[]) => template,
  setApplicationMenu: (template: readonly MenuItem[]) => {
    seen.menuRoles = rolesOf(template).filter(role => role !== undefined)
  },
}

export class MessageChannelMain {
  readonly port1: ReturnType<typeof asMainPort>
  readonly port2: ReturnType<typeof asMainPort>
  constructor() {
    const channel = new MessageChannel()
    this.port1 = asMainPort(channel.port1)
    this.port2 = asMainPort(channel.port2)
    rawPorts.set(this.port2, channel.port2)
  }
}

/** The page's window: shared by the page and its preload, as the DOM is. */
export class PageWindow extends EventTarget {
  readonly location: URL
  constructor(url: string) {
    super()
    this.location = new URL(url)
  }
  postMessage(data: unknown, _targetOrigin: string, ports: readonly MessagePort[]): void {
    const event = Object.assign(new Event('message'), { data: structuredClone(data), ports, source: this })
    queueMicrotask(() => this.dispatchEvent(event))
  }
}

class Frame {
  readonly parent = null
  readonly url: string
  readonly #renderer: EventEmitter
  constructor(url: string, renderer: EventEmitter) {
    this.url = url
    this.#renderer = renderer
  }
  postMessage(channel: string, message: unknown, ports: readonly object[]): void {
    this.#renderer.emit(channel, { ports: ports.map(port => rawPorts.get(port)) }, structuredClone(message))
  }
}

export class WebContents extends EventEmitter {
  #opener: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })
  setWindowOpenHandler(opener: (details: { url: string }) => { action: string }): void {
    this.#opener = opener
  }

  /** What becomes of a page's attempts to get out. */
  tryToLeave(url: string): Readonly<Record<string, boolean>> {
    const isPrevented = (event: string) => {
      const attempt: Preventable = {
        url,
        isPrevented: false,
        preventDefault: () => {
          attempt.isPrevented = true
        },
      }
      this.emit(event, attempt)
      return attempt.isPrevented
    }
    return {
      window: this.#opener({ url }).action === 'deny',
      navigation: isPrevented('will-frame-navigate'),
      redirect: isPrevented('will-redirect'),
      webview: isPrevented('will-attach-webview'),
      permission: !this.isGranted('media', url),
    }
  }

  /** Whether a page at `url` gets a permission, asked for or only looked at; Electron's origins end in a slash. */
  isGranted(permission: string, url: string): boolean {
    let isGranted = true
    permissionRequest?.({ getURL: () => url }, permission, granted => {
      isGranted = granted
    })
    return isGranted && permissionCheck?.(this, permission, new URL('/', url).href) === true
  }
}

export interface LoadedPage {
  readonly window: PageWindow
  readonly status: number
  readonly policy: string | null
  readonly html: string
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents()
  readonly #preloadFile: string
  #isMaximized = false
  constructor(options: { webPreferences: { preload: string } }) {
    super()
    seen.windowOptions = structuredClone(options)
    this.#preloadFile = options.webPreferences.preload
    app.emit('web-contents-created', {}, this.webContents)
  }
  maximize = () => {
    this.#isMaximized = true
    seen.calls.push('maximize')
  }
  show = () => void seen.calls.push('show')
  focus = () => void seen.frontings++
  isMinimized = () => false
  isMaximized = () => this.#isMaximized
  getNormalBounds = () => ({ x: 40, y: 50, width: 1200, height: 800 })

  loadURL = async (url: string): Promise<void> => {
    const page = await this.load(url)
    app.emit('page-loaded', this, page)
    this.emit('ready-to-show')
  }

  /** Loads a page as a first load or a reload does: the file by the scheme's handler, then the preload. */
  async load(url: string): Promise<LoadedPage> {
    const scheme = new URL(url).protocol.slice(0, -1)
    const response = (await pageHandlers.get(scheme)?.(new Request(url))) ?? Response.error()
    const window = new PageWindow(url)
    runPreload(this.#preloadFile, { window, sender: this.webContents })
    return {
      window,
      status: response.status,
      policy: response.headers.get('content-security-policy'),
      html: await response.text(),
    }
  }

  /** Closes the window as its user does. */
  close(): void {
    this.emit('close', {})
    app.emit('window-all-closed')
  }
}

/** Runs a preload as Electron's sandbox does: a CommonJS script that may require `electron` and little else. */
const runPreload = (file: string, { window, sender }: { window: PageWindow; sender: WebContents }): void => {
  const ipcRenderer = Object.assign(new EventEmitter(), {
    send: (channel: string, ...values: readonly unknown[]) =>
      ipcMain.emit(channel, { sender, senderFrame: frame }, ...structuredClone(values)),
  })
  const frame = new Frame(window.location.href, ipcRenderer)
  const contextBridge = {
    exposeInMainWorld: (name: string, api: Readonly<Record<string, unknown>>) => {
      for (const value of Object.values(api)) if (typeof value !== 'function') structuredClone(value)
      Object.defineProperty(window, name, { value: Object.freeze({ ...api }) })
    },
  }
  const require = (name: string) => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`)
    return { contextBridge, ipcRenderer }
  }
  const script = new Function('require', 'module', 'exports', 'window', readFileSync(file, 'utf8'))
  script(require, { exports: {} }, {}, window)
}
