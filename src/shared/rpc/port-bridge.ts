/** The window asks main for a port to talk over. */
export const askForPort = 'longshore:ask-for-port'
/** Main hands the port to the preload, and the preload to the page. */
export const handOverPort = 'longshore:port'

/** What the preload puts into the page as `window.longshore`; absent in a browser. */
export interface PortBridge {
  readonly kind: 'electron'
  /** Asks for a port, which comes as a message named `handOverPort`; the one before it is closed. */
  askForPort(): void
}
