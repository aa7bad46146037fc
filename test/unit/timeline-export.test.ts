import { expect, test } from 'vitest'
import { layoutPhaseTimeline } from '../../src/renderer/charts/phase-timeline/layout.ts'
import { timelinePicture } from '../../src/renderer/charts/phase-timeline/picture.ts'
import { shapesAsSvg } from '../../src/renderer/charts/shapes-as-svg.ts'
import { chartThemeOf } from '../../src/renderer/charts/theme.ts'
import { exportName } from '../../src/renderer/features/migration/export-name.ts'
import { roundsCsv } from '../../src/renderer/features/migration/rounds-csv.ts'
import { timelineHeading } from '../../src/renderer/features/migration/timeline-heading.ts'
import { aMigration } from '../fakes/fake-migration.ts'
import { longTimeline, switchedTimeline } from '../support/a-timeline.ts'

const theme = chartThemeOf('light')
const heading = { title: 'db-07', details: ['started today'], description: 'why it switched' }
const svgOf = (title: string, data = switchedTimeline) =>
  shapesAsSvg(timelinePicture(data, { ...heading, title }, theme))

/** The tags of a document that nests as XML must; throws where it does not. */
const tagsOf = (xml: string): readonly string[] => {
  const body = xml.replace(/^<\?xml [^?]*\?>\n/, '')
  const open: string[] = []
  const tags: string[] = []
  let at = 0
  for (const { 0: tag, 1: slash, 2: name = '', 3: attributes = '', 4: empty, index } of body.matchAll(
    /<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>/g,
  )) {
    if (/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/.test(body.slice(at, index) + attributes)) throw new Error(tag)
    at = index + tag.length
    if (slash) {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`)
    } else tags.push(name)
    if (!slash && !empty) open.push(name)
  }
  if (open.length > 0 || body.slice(at).trim() !== '') throw new Error(`not closed: ${open.join()}`)
  return tags
}
const count = (tags: readonly string[], name: string) => tags.filter(tag => tag === name).length

test.each([
  ['a short', switchedTimeline],
  ['a long', longTimeline({ rounds: 500, faults: 2000 })],
])('%s timeline as SVG is well-formed and holds every shape of its layout', (_, data) => {
  const { shapes } = layoutPhaseTimeline(data, { width: 1280, height: 480 })
  const tags = tagsOf(svgOf('db-07', data))
  const of = (kind: string) => shapes.filter(shape => shape.kind === kind).length
  const hatched = shapes.filter(shape => shape.kind === 'rect' && shape.hatch).length
  expect(count(tags, 'rect')).toBe(of('rect') + 1)
  expect(count(tags, 'path')).toBe(of('path') + hatched)
  expect(count(tags, 'text')).toBe(of('text') + 2)
})

test('every colour of an SVG is one of the theme it is seen in', () => {
  const colours = [...svgOf('db-07').matchAll(/(?:fill|stroke)="(?!none)([^"]+)"/g)].map(match => match[1])
  expect(colours.length).toBeGreaterThan(50)
  expect(colours.filter(colour => !Object.values(theme).includes(colour ?? ''))).toEqual([])
})

test.each([
  ['</title><script>alert(1)</script>', '&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['a & "b" \'c\'', 'a &amp; &quot;b&quot; &#39;c&#39;'],
  ['\u0000\u001B[2J\uD800', '\uFFFD\uFFFD[2J\uFFFD'],
])('a VM called %j does no harm', (name, written) => {
  const svg = svgOf(name)
  expect(tagsOf(svg)).not.toContain('script')
  expect(svg).toContain(`<title>${written}</title>`)
})

test('the picture says what moved from where to where, when, and how it ended', () => {
  const migration = aMigration({
    phase: 'failed',
    startedAtMs: new Date(2026, 10, 21, 13, 44, 5).getTime(),
    failure: { reason: 'The link broke.', vmRunsAt: 'source' },
  })
  const { title, details } = timelineHeading(migration, id => id.replace('pool-1-', ''), 1500)
  expect(title.replace(/[\u2068\u2069]/g, '')).toBe('db-01: host-1 to host-2, hybrid (S1)')
  expect(details[0]).toMatch(/2026.*13:44:05 by the operator; failed after 1\.50 s/)
  expect(details.at(-1)).toBe('The link broke.')
})

const startedAtMs = new Date(2026, 10, 21, 13, 4, 5).getTime()

test.each([
  ['db-07', 'db-07-2026-11-21-130405.svg'],
  ['../../etc/passwd', 'etc-passwd-2026-11-21-130405.svg'],
  ['C:\\con|aux?*', 'C-con-aux-2026-11-21-130405.svg'],
  ['\u202Egnp.exe', 'gnp.exe-2026-11-21-130405.svg'],
  ['', 'vm-2026-11-21-130405.svg'],
  ['x'.repeat(300), `${'x'.repeat(60)}-2026-11-21-130405.svg`],
])('the file about %j is called %s', (vmName, name) => {
  expect(exportName(aMigration({ vmName, startedAtMs }), 'svg')).toBe(name)
})

test('rounds as CSV have one line each, with the dirty rate worked out from pages and time', () => {
  const rounds = [
    {
      index: 1,
      live: true,
      startedAtMs: 1500,
      ms: 2000,
      sentPages: 4000,
      dirtiedPages: 1000,
      bandwidthBytesPerSecond: 8_192_000,
    },
    {
      index: 2,
      live: false,
      startedAtMs: 3500,
      ms: 0,
      sentPages: 0,
      dirtiedPages: 0,
      bandwidthBytesPerSecond: 0,
    },
  ]
  // 1000 pages of 4096 bytes in 2 s are 2,048,000 bytes/s, a quarter of 8,192,000.
  expect(roundsCsv(aMigration({ startedAtMs: 1000, rounds })).split('\r\n')).toEqual([
    'round,live,start_ms,duration_ms,sent_pages,dirtied_pages,bandwidth_bytes_per_second,dirty_bytes_per_second,dirty_ratio',
    '1,1,500,2000,4000,1000,8192000,2048000,0.2500',
    '2,0,2500,0,0,0,0,0,',
    '',
  ])
})
