import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sequenceOf } from '../../src/renderer/charts/pool-heat/sequence.ts'
import { chartThemeOf, type Ink } from '../../src/renderer/charts/theme.ts'
import { contrast, distanceForDeuteranope, labForDeuteranope } from '../support/colour-vision.ts'

const css = readFileSync(new URL('../../src/renderer/theme.css', import.meta.url), 'utf8')
/** The colours of one theme by custom property: the first block is light, the dark one overrides it. */
const coloursOf = (scheme: 'dark' | 'light'): ReadonlyMap<string, string> => {
  const blocks = css.split(':root[data-mantine-color-scheme="dark"] {')
  const text = scheme === 'dark' ? (blocks[1]?.split('}')[0] ?? '') : (blocks[0] ?? '')
  return new Map(
    [...text.matchAll(/--ls-([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]),
  )
}
const schemes = ['dark', 'light'] as const

/** Far enough apart to be told at a glance in small marks; 2.3 is just noticeable side by side. */
const APART = 15

test('the simulation leaves greys as they are and brings a red and a green of one lightness together', () => {
  const [l, a, b] = labForDeuteranope('#808080')
  expect([l, a, b].map(part => Math.abs(Math.round(part)))).toEqual([54, 0, 0])
  expect(distanceForDeuteranope('#c06000', '#708000')).toBeLessThan(15)
  expect(distanceForDeuteranope('#0000ff', '#ffff00')).toBeGreaterThan(100)
})

/** Inks that meet in one lane, curve or grid. */
const together: readonly (readonly [Ink, Ink])[] = [
  ['sent', 'dirtied'],
  ['sent', 'threshold'],
  ['dirtied', 'threshold'],
  ['sent', 'pause'],
  ['pushed', 'fault'],
  ['predicted', 'actual'],
  ['cold', 'warm'],
  ['warm', 'hot'],
  ['cold', 'hot'],
]

test.each(schemes)('what meets on a %s chart stays apart for a deuteranope', scheme => {
  const theme = chartThemeOf(scheme)
  for (const [one, other] of together)
    expect(distanceForDeuteranope(theme[one], theme[other]), `${one}, ${other}`).toBeGreaterThan(APART)
})

test.each(schemes)('the %s heat sequence goes one way in lightness for a deuteranope', scheme => {
  const hex = (part: number) => part.toString(16).padStart(2, '0')
  const lightness = sequenceOf(chartThemeOf(scheme)).map(
    rgb => labForDeuteranope(`#${rgb.map(hex).join('')}`)[0],
  )
  const steps = lightness.slice(1).map((value, i) => Math.sign(value - (lightness[i] ?? 0)))
  expect(new Set(steps).size).toBe(1)
})

test.each(
  schemes,
)('risk and state of the %s theme stay apart for a deuteranope, beside their words', scheme => {
  const colours = coloursOf(scheme)
  for (const [one, other] of [
    ['ok', 'watch'],
    ['ok', 'high'],
    ['accent', 'high'],
    ['accent', 'watch'],
  ] as const)
    expect(
      distanceForDeuteranope(colours.get(one) ?? '', colours.get(other) ?? ''),
      `${one}, ${other}`,
    ).toBeGreaterThan(APART)
})

test.each(
  schemes,
)('every text of the %s theme has the contrast of WCAG AA on every ground it stands on', scheme => {
  const colours = coloursOf(scheme)
  const grounds = ['bg', 'bar', 'raised', 'hover', 'selected', 'stopped', 'warned']
  for (const text of ['text', 'muted'])
    for (const ground of grounds)
      expect(
        contrast(colours.get(text) ?? '', colours.get(ground) ?? ''),
        `${text} on ${ground}`,
      ).toBeGreaterThanOrEqual(4.5)
  for (const text of ['accent', 'high', 'watch', 'ok'])
    for (const ground of ['bg', 'bar', 'raised', 'hover', 'selected'])
      expect(
        contrast(colours.get(text) ?? '', colours.get(ground) ?? ''),
        `${text} on ${ground}`,
      ).toBeGreaterThanOrEqual(4.5)
})
