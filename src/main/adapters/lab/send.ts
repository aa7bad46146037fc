import type { ServerResponse } from 'node:http'

/** The body of an answer that is none. */
export const page = (title: string): string => `<html><body><h1>${title}</h1></body></html>`

/** Ends an exchange with one answer, if its client is still there. */
export const send = (response: ServerResponse, status: number, type: string, body: string): void => {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
