import { defaultLabConfig } from '../../src/main/adapters/lab/lab-config.ts'
import { VirtualPool } from '../../src/main/adapters/lab/virtual-pool.ts'
import { meanActivity } from '../../src/main/core/simulation/activity.ts'
import { expectedDirtyPages } from '../../src/main/core/simulation/write-process.ts'
import { curveAt } from '../../src/main/core/working-set/dirty-curve.ts'
import { fitDirtyCurve } from '../../src/main/core/working-set/fit-dirty-curve.ts'
import { workingSetOf } from '../../src/main/core/working-set/working-set.ts'
import { pagesOf } from '../../src/shared/units.ts'
import { medianOf } from './statistics.ts'

/** Times at which each VM's curve is read, ms. */
const TIMES = Array.from({ length: 40 }, (_, i) => 30_000 + i * 87_000)
const IDLE_PAGES_PER_SECOND = 60
const AHEAD_MS = 10_000

/** Measured on Xen 4.17: 20,000 writes/s over 16,384 pages. */
const XEN = [
  [100, 2_007],
  [1_000, 11_733],
] as const
const XEN_4_S = 16_378

const percent = (ratio: number): string => `${Math.round(100 * ratio)} %`.padStart(6)
const worstButTenth = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(0.9 * values.length)] ?? Number.NaN

const errorsOf = (guest: VirtualPool['vms'][number]) => {
  const { config, workload, classes } = guest
  const read = (windowMs: number, endMs: number) => {
    const { writesPerSecond } = meanActivity(workload, endMs, {
      ms: windowMs,
      samples: Math.ceil(windowMs / 250),
    })
    const idle = (IDLE_PAGES_PER_SECOND * Math.min(windowMs, 1000)) / 1000
    const pages = Math.round(expectedDirtyPages(classes, writesPerSecond, windowMs) + idle)
    return { windowMs, pages, atMs: endMs, source: 'window' as const }
  }
  return TIMES.flatMap(atMs => {
    const windows = [read(1000, atMs + 1000), read(100, atMs + 1100), read(5000, atMs + 6100)]
    const set = workingSetOf({ vmId: config.name, memoryPages: pagesOf(config.memoryBytes) }, windows)
    if (!set) return []
    const { pages, lowPages, highPages } = curveAt(set, AHEAD_MS)
    const steady = read(AHEAD_MS, atMs + AHEAD_MS).pages
    const off = (predicted: number) => Math.abs(predicted / steady - 1)
    return [{ fit: off(pages), flat: off(lowPages), straight: off(highPages) }]
  })
}

const report = (name: string, errors: ReturnType<typeof errorsOf>) => {
  const column = (pick: (error: (typeof errors)[number]) => number) =>
    `${percent(medianOf(errors.map(pick)))} ${percent(worstButTenth(errors.map(pick)))}`
  console.log(
    `${name.padEnd(10)} ${column(e => e.fit)}   ${column(e => e.flat)}   ${column(e => e.straight)}`,
  )
}

const reportXen = () => {
  const windows = XEN.map(([windowMs, pages]) => ({ windowMs, pages, atMs: 0, source: 'window' as const }))
  const set = workingSetOf({ vmId: 'xen', memoryPages: 49_152 }, windows)
  if (!set) return
  const { pages, lowPages, highPages } = curveAt(set, 4000)
  const [fit, flat, straight] = [pages, lowPages, highPages].map(Math.round)
  console.log(
    `Xen 4.17, from 0.1 and 1 s: 4 s fit ${fit}, flat ${flat}, straight ${straight}, measured ${XEN_4_S}`,
  )
}

const reportLab = () => {
  console.log('\n10 s from windows of 0.1, 1 and 5 s, relative error: median and 90 % within')
  console.log(`${'VM'.padEnd(10)} fit             flat            straight`)
  const pool = new VirtualPool({ config: defaultLabConfig, seed: 1, startedAtMs: 0, addresses: [] })
  const all = pool.vms.map(vm => ({ name: vm.config.name, errors: errorsOf(vm) }))
  for (const { name, errors } of all) report(name, errors)
  report(
    'all',
    all.flatMap(({ errors }) => errors),
  )
}

const reportTime = () => {
  const windows = [20, 100, 500, 1000, 2000, 5000].map((windowMs, i) => ({
    windowMs,
    pages: 500 * (i + 1) ** 2,
  }))
  const timesMs = Array.from({ length: 20 }, () => {
    const began = performance.now()
    fitDirtyCurve(windows, 2_097_152)
    return performance.now() - began
  })
  console.log(
    `\nfit of six windows: ${medianOf(timesMs).toFixed(1)} ms (median), ${Math.max(...timesMs).toFixed(1)} ms (first)`,
  )
}

/** How well a dirty curve tells a window that was not read. */
export const bench = {
  name: 'working-set',
  about: 'estimates of the working set against measured ones',
  run: async () => {
    reportXen()
    reportLab()
    reportTime()
  },
}
