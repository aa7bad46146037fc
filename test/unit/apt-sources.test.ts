import { expect, test } from 'vitest'
import { readList, readStanzas, withBackports } from '../../src/main/adapters/qemu-lab/apt-sources.ts'

const stanzas = `Types: deb
# http://snapshot.example/debian
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: http://shop.example/apt
Suites: stable
Components: main
`

test('backports come from the mirror that the machine uses, beside what it has of its release', () => {
  expect(withBackports(readStanzas(stanzas), 'bookworm')).toBe(`types: deb
uris: http://mirror.example/debian
suites: bookworm bookworm-updates
components: main contrib
signed-by: /usr/share/keyrings/debian-archive-keyring.gpg

types: deb
uris: http://security.example/debian-security
suites: bookworm-security
components: main

types: deb
uris: http://mirror.example/debian
suites: bookworm-backports
components: main
signed-by: /usr/share/keyrings/debian-archive-keyring.gpg
`)
})

test('lists of one line are read as well', () => {
  const list = `deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian trixie main # ours
# deb http://off.example/debian trixie main
deb-src http://mirror.example/debian trixie main`
  expect(withBackports(readList(list), 'trixie')).toBe(`types: deb
uris: http://mirror.example/debian
suites: trixie
components: main
signed-by: /k.gpg

types: deb
uris: http://mirror.example/debian
suites: trixie-backports
components: main
signed-by: /k.gpg
`)
})

test('a key written into a source is kept whole', () => {
  const text = 'Types: deb\nURIs: http://m/d\nSuites: trixie\nSigned-By:\n -----BEGIN-----\n .\n abc\n'
  expect(withBackports(readStanzas(text), 'trixie')).toContain('signed-by: \n -----BEGIN-----\n .\n abc\n')
})

test.each([
  ['sources of another release', 'Types: deb\nURIs: http://m/d\nSuites: bullseye\n'],
  ['only its updates', 'Types: deb\nURIs: http://m/d\nSuites: bookworm-updates\n'],
  ['a source that is off', 'Types: deb\nURIs: http://m/d\nSuites: bookworm\nEnabled: no\n'],
  ['nothing', ''],
])('there is no mirror in %s', (_, text) => expect(withBackports(readStanzas(text), 'bookworm')).toBeNull())
