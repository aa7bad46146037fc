/** One entry of apt's sources: its fields as a deb822 stanza has them, names in lower case. */
export type AptSource = ReadonlyMap<string, string>

const stanzaOf = (block: string): AptSource => {
  const fields = new Map<string, string>()
  let name = ''
  for (const line of block.split('\n')) {
    if (line.startsWith('#')) continue
    const field = /^([A-Za-z-]+):[ \t]*(.*)$/.exec(line)
    if (field?.[1] !== undefined) {
      name = field[1].toLowerCase()
      fields.set(name, field[2] ?? '')
    } else if (/^[ \t]/.test(line) && name !== '') fields.set(name, `${fields.get(name)}\n${line}`)
  }
  return fields
}

/** Reads a `.sources` file. */
export const readStanzas = (text: string): readonly AptSource[] =>
  text
    .split(/\n[ \t]*\n/)
    .map(stanzaOf)
    .filter(source => source.has('uris') && source.has('suites'))

const listLine = /^(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)(?:\s+(\S.*))?$/

/** Reads a `.list` file, whose options are fields by other names. */
export const readList = (text: string): readonly AptSource[] =>
  text.split('\n').flatMap(line => {
    const match = listLine.exec(line.replace(/#.*$/, '').trim())
    if (match === null) return []
    const [, types = '', options = '', uris = '', suites = '', components = ''] = match
    const fields = options
      .split(/\s+/)
      .map(option => /^([a-z-]+)=(.+)$/.exec(option))
      .flatMap(option => (option?.[1] === 'signed-by' ? [['signed-by', option[2] ?? ''] as const] : []))
    return [
      new Map([['types', types], ['uris', uris], ['suites', suites], ['components', components], ...fields]),
    ]
  })

const wordsOf = (source: AptSource, field: string): readonly string[] =>
  (source.get(field) ?? '').split(/\s+/).filter(word => word !== '')

const isOn = (source: AptSource): boolean =>
  !/^(no|false|0)$/i.test(source.get('enabled') ?? 'yes') && wordsOf(source, 'types').includes('deb')

const textOf = (source: AptSource): string =>
  [...source].map(([name, value]) => `${name}: ${value}\n`).join('')

/**
 * A `.sources` text with what the machine's own sources say of its release, and the backports of the same mirror; null
 * where none of them is a mirror of the release. Sources of others are left out.
 */
export const withBackports = (sources: readonly AptSource[], codename: string): string | null => {
  const ofRelease = sources.filter(
    source => isOn(source) && wordsOf(source, 'suites').some(suite => suite.split(/[-/]/)[0] === codename),
  )
  const mirror = ofRelease.find(source => wordsOf(source, 'suites').includes(codename))
  if (mirror === undefined) return null
  const backports = new Map(mirror).set('suites', `${codename}-backports`).set('components', 'main')
  return [...ofRelease, backports].map(textOf).join('\n')
}
