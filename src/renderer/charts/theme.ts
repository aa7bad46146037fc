/** What a colour stands for in a chart. Layouts name inks only; a theme gives them their colours. */
export interface ChartTheme {
  readonly background: string
  readonly lane: string
  readonly grid: string
  readonly axis: string
  readonly text: string
  readonly muted: string
  /** What travels: bytes sent and the link's bandwidth. */
  readonly sent: string
  /** Text upon `sent`. */
  readonly onSent: string
  /** What the guest writes meanwhile: dirtied bytes and the dirty rate. */
  readonly dirtied: string
  readonly threshold: string
  readonly pause: string
  readonly pushed: string
  readonly fault: string
  readonly predicted: string
  readonly actual: string
  readonly cold: string
  readonly warm: string
  readonly hot: string
}
export type Ink = keyof ChartTheme

// Hues after Okabe and Ito (2008), moved in lightness until text reaches 4.5:1 and lines 3:1 on the background.
const darkChartTheme: ChartTheme = {
  background: '#1a1c1f',
  lane: '#212428',
  grid: '#33373d',
  axis: '#6b727b',
  text: '#e3e5e8',
  muted: '#a3a9b1',
  sent: '#5aaee6',
  onSent: '#08131c',
  dirtied: '#f2a93b',
  threshold: '#f4f5f6',
  pause: '#ff8a75',
  pushed: '#2fc49c',
  fault: '#f0b0d8',
  predicted: '#b7a6f5',
  actual: '#e3e5e8',
  cold: '#33466b',
  warm: '#d9783f',
  hot: '#fff0b3',
}

const lightChartTheme: ChartTheme = {
  background: '#ffffff',
  lane: '#f4f5f7',
  grid: '#dfe2e6',
  axis: '#767d86',
  text: '#1c1f23',
  muted: '#565d66',
  sent: '#0f6fb0',
  onSent: '#ffffff',
  dirtied: '#a85a00',
  threshold: '#1c1f23',
  pause: '#c0331c',
  pushed: '#00775a',
  fault: '#a4387c',
  predicted: '#6a4fc7',
  actual: '#1c1f23',
  cold: '#dbe4f0',
  warm: '#c4622a',
  hot: '#6a1026',
}

/** The chart theme that goes with a colour scheme. */
export const chartThemeOf = (scheme: 'dark' | 'light'): ChartTheme =>
  scheme === 'dark' ? darkChartTheme : lightChartTheme
