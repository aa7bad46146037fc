import { expect, test } from 'vitest'
import { chartThemeOf, type Ink } from '../../src/renderer/charts/theme.ts'

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
const luminance = (colour: string): number => {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}
const contrast = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

const schemes = ['dark', 'light'] as const
const textInks: readonly Ink[] = ['text', 'muted', 'dirtied', 'threshold', 'pause', 'pushed', 'fault']
const lineInks: readonly Ink[] = ['sent', 'predicted', 'actual', 'axis']

test.each(schemes)('text on a %s chart has a contrast of at least 4.5', scheme => {
  const theme = chartThemeOf(scheme)
  for (const ink of textInks) {
    expect(contrast(theme[ink], theme.background), ink).toBeGreaterThanOrEqual(4.5)
    expect(contrast(theme[ink], theme.lane), ink).toBeGreaterThanOrEqual(4.5)
  }
  expect(contrast(theme.onSent, theme.sent)).toBeGreaterThanOrEqual(4.5)
  expect(contrast(theme.onSent, theme.pause)).toBeGreaterThanOrEqual(4.5)
})

test.each(schemes)('lines and bars on a %s chart have a contrast of at least 3', scheme => {
  const theme = chartThemeOf(scheme)
  for (const ink of lineInks) expect(contrast(theme[ink], theme.lane), ink).toBeGreaterThanOrEqual(3)
})

test.each(schemes)('heat classes of the %s theme are told apart without colour', scheme => {
  const { cold, warm, hot } = chartThemeOf(scheme)
  expect(contrast(cold, warm)).toBeGreaterThanOrEqual(2.5)
  expect(contrast(warm, hot)).toBeGreaterThanOrEqual(2.5)
  expect(contrast(cold, hot)).toBeGreaterThanOrEqual(7)
})

/** What an eye without the middle cones sees of `#rrggbb` (Machado, Oliveira and Fernandes 2009, severity 1). */
const asDeuteranope = (colour: string): string => {
  const linear = [1, 3, 5].map(at => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  const rows = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ]
  const seen = rows.map(row => {
    const sum = row.reduce((total, factor, at) => total + factor * (linear[at] ?? 0), 0)
    const value = Math.min(1, Math.max(0, sum))
    const encoded = value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055
    return Math.round(encoded * 255)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${seen.join('')}`
}

test.each(schemes)('heat classes of the %s theme are as far apart in deuteranopia', scheme => {
  const theme = chartThemeOf(scheme)
  const [cold, warm, hot] = [theme.cold, theme.warm, theme.hot].map(asDeuteranope) as [string, string, string]
  expect(contrast(cold, warm)).toBeGreaterThanOrEqual(2.5)
  expect(contrast(warm, hot)).toBeGreaterThanOrEqual(2.5)
  expect(contrast(cold, hot)).toBeGreaterThanOrEqual(7)
})
