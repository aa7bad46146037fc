/**
 * `origin` with its host replaced: XenAPI names other members by bare address, so scheme and port stay. An address that
 * does carry a port keeps it.
 */
export const atAddress = (origin: URL, address: string): URL => {
  const url = new URL(origin)
  const colons = address.split(':').length - 1
  if (colons === 1) url.host = address
  else url.hostname = colons > 1 && !address.startsWith('[') ? `[${address}]` : address
  return url
}

/** `host:port` of an origin, the port always named. */
export const addressOf = (origin: URL): string =>
  `${origin.hostname}:${origin.port || (origin.protocol === 'https:' ? '443' : '80')}`
