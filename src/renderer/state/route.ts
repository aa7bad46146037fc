/** Where the window is. Ids come from a server, so they travel percent-encoded. */
export type Route =
  | { readonly screen: 'fleet' }
  /** With `atMs` (pool time, ms since the epoch) its charts open around that moment, else they follow the present. */
  | { readonly screen: 'vm'; readonly vmId: string; readonly atMs?: number }
  | { readonly screen: 'pool'; readonly poolId: string }
  /** With `atMs` (pool time) that moment is marked. */
  | { readonly screen: 'host'; readonly hostId: string; readonly atMs?: number }
  | { readonly screen: 'migrations' }
  | { readonly screen: 'migration'; readonly migrationId: string }
  | { readonly screen: 'decisions'; readonly decisionId: string | null }
  | { readonly screen: 'settings' }

const momentPart = (atMs: number | undefined): string => (atMs === undefined ? '' : `/${Math.round(atMs)}`)

/** The hash of a route, such as `#/vm/db-07`. */
export const hashOf = (route: Route): string => {
  switch (route.screen) {
    case 'vm':
      return `#/vm/${encodeURIComponent(route.vmId)}${momentPart(route.atMs)}`
    case 'pool':
      return `#/pool/${encodeURIComponent(route.poolId)}`
    case 'host':
      return `#/host/${encodeURIComponent(route.hostId)}${momentPart(route.atMs)}`
    case 'migration':
      return `#/migration/${encodeURIComponent(route.migrationId)}`
    case 'decisions':
      return route.decisionId ? `#/decisions/${encodeURIComponent(route.decisionId)}` : '#/decisions'
    default:
      return `#/${route.screen}`
  }
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}

const LATEST_MS = 8.64e15

/** A time that a Date can hold. */
const momentOf = (part: string): { readonly atMs: number } | undefined =>
  /^\d{1,16}$/.test(part) && Number(part) <= LATEST_MS ? { atMs: Number(part) } : undefined

/** The route a hash stands for; undefined when it names none. */
export const routeOf = (hash: string): Route | undefined => {
  const [screen = '', part = '', rest = ''] = hash.replace(/^#?\/?/, '').split('/')
  const id = decoded(part)
  if (screen === 'fleet' || screen === 'migrations' || screen === 'settings') return { screen }
  if (screen === 'decisions') return { screen, decisionId: id || null }
  if (screen === 'vm' && id) return { screen, vmId: id, ...(momentOf(rest) ?? {}) }
  if (screen === 'pool' && id) return { screen, poolId: id }
  if (screen === 'host' && id) return { screen, hostId: id, ...(momentOf(rest) ?? {}) }
  if (screen === 'migration' && id) return { screen, migrationId: id }
  return undefined
}
