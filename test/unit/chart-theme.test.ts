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
