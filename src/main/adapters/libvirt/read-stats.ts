/** Numbers of a domain, by libvirt's names for them. */
export type DomainStats = ReadonlyMap<string, number>

const heading = /^Domain: '(.*)'$/
/** Only numbers are used; 64 bits need no more digits. */
const figure = /^ {2}([a-z0-9._-]{1,80})=(\d{1,20})$/

/** What `virsh domstats --raw` prints, by the names of the domains. Whatever looks otherwise is passed over. */
export const readStats = (text: string): ReadonlyMap<string, DomainStats> => {
  const domains = new Map<string, Map<string, number>>()
  let current: Map<string, number> | undefined
  for (const line of text.split('\n')) {
    const name = heading.exec(line)?.[1]
    if (name !== undefined) {
      current = new Map()
      domains.set(name, current)
    }
    const [, key, value] = figure.exec(line) ?? []
    if (key !== undefined) current?.set(key, Number(value))
  }
  return domains
}

/** The sum of the figures whose names match; undefined where there is none. */
export const sumOf = (stats: DomainStats, pattern: RegExp): number | undefined => {
  const found = [...stats].filter(([key]) => pattern.test(key))
  return found.length === 0 ? undefined : found.reduce((sum, [, value]) => sum + value, 0)
}
