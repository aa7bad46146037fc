import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { findChromium } from '../src/main/cli/browser.ts'
import { hasDisplay } from '../src/main/cli/display.ts'
import { obtainElectron } from '../src/main/cli/electron-binary.ts'
import { run } from './child.mjs'
import { installDebianPackage } from './debian-package.ts'
import { root } from './places.mjs'
import { qemuObstacle } from './qemu-obstacle.ts'
import { printSetUpError } from './set-up-error.mjs'
import {
  addOutcomes,
  noOutcome,
  type Outcome,
  playwrightOutcome,
  type RunnerResult,
  summaryLine,
  vitestOutcome,
} from './test-outcome.ts'
import { type Selection, selectTests } from './test-selection.ts'

/** A runner that hangs must not hang whoever waits for it; on a crowded machine a suite takes three times its usual ten minutes. */
const runnerTimeoutMs = 30 * 60_000
const reports = path.join(root, 'test-results')

/** Colours belong on a terminal; each runner has its own idea of how to be told. */
const colourless = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => (process.stdout.isTTY ? {} : env)

const runRunner = async (
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<RunnerResult> => {
  const { code } = await run(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    timeoutMs: runnerTimeoutMs,
  })
  const file = reportFile(name)
  return { name, code, report: existsSync(file) ? readFileSync(file, 'utf8') : undefined }
}

const reportFile = (name: string): string => path.join(reports, `${name}.json`)

/** A report of an earlier run must never be read as this run's. */
const forgetReports = (): void => {
  mkdirSync(reports, { recursive: true })
  for (const name of ['vitest', 'e2e']) rmSync(reportFile(name), { force: true })
}

const runVitest = async (filters: readonly string[], { namePattern }: Selection): Promise<Outcome> => {
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${reportFile('vitest')}`]
  const pattern = namePattern === undefined ? [] : ['-t', namePattern]
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...pattern, ...filters]
  const env = colourless({ NO_COLOR: '1', FORCE_COLOR: undefined })
  const obstacle = mayNeedQemu(filters) ? await qemuObstacle() : undefined
  const noQemu = obstacle === undefined ? {} : { LONGSHORE_NO_QEMU: obstacle }
  return vitestOutcome(await runRunner('vitest', args, { ...env, ...noQemu }))
}

/** Whether tests of real VMs may be among those that are asked for. */
const mayNeedQemu = (filters: readonly string[]): boolean =>
  filters.some(filter => /^test\/(contract|integration)\/$|qemu/.test(filter))

const electronSpec = 'electron.spec.ts'

const runPlaywright = async (filters: readonly string[], { namePattern }: Selection): Promise<Outcome> => {
  const specs = globSync('*.spec.ts', { cwd: path.join(root, 'test', 'e2e') })
    .filter(spec => filters.length === 0 || filters.some(filter => `e2e/${spec}`.includes(filter)))
    .sort()
  const obstacles = new Map<string, string>()
  for (const spec of specs) {
    const obstacle = spec === electronSpec ? await electronObstacle() : await chromiumObstacle()
    if (obstacle !== undefined) obstacles.set(spec, obstacle)
  }
  const skipped = { ...noOutcome, skipped: [...obstacles].map(([spec, why]) => `e2e/${spec}: ${why}`) }
  const runnable = specs.filter(spec => !obstacles.has(spec))
  if (runnable.length === 0 && obstacles.size > 0) return skipped
  const pattern = namePattern === undefined ? [] : ['-g', namePattern]
  const options = ['-c', 'test/e2e/playwright.config.ts', '--reporter=dot,json', ...pattern]
  const result = await runRunner('e2e', ['node_modules/playwright/cli.js', 'test', ...options, ...runnable], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile('e2e'),
    ...colourless({ FORCE_COLOR: '0', NO_COLOR: undefined }),
  })
  return addOutcomes([playwrightOutcome(result), skipped])
}

const chromiumObstacle = async (): Promise<string | undefined> => {
  if (findChromium() !== undefined) return undefined
  const byHand = await installDebianPackage('chromium')
  if (findChromium() !== undefined) return undefined
  return `no chromium; run: ${byHand ?? 'sudo apt-get install -y chromium'}`
}

const electronObstacle = async (): Promise<string | undefined> => {
  if (!hasDisplay()) return 'no display for Electron'
  const electron = await obtainElectron({ retry: false })
  return electron.found ? undefined : `no Electron binary: ${electron.why}`
}

const list = (title: string, names: readonly string[]): void => {
  if (names.length > 0) console.log(`\n${title}:\n${names.map(name => `  ${name}`).join('\n')}`)
}

try {
  const selection = selectTests(process.argv.slice(2))
  forgetReports()
  const outcomes: Outcome[] = []
  if (selection.vitest !== undefined) outcomes.push(await runVitest(selection.vitest, selection))
  if (selection.playwright !== undefined) outcomes.push(await runPlaywright(selection.playwright, selection))
  const total = addOutcomes(outcomes)
  list('skipped', total.skipped)
  list('failed', total.failed)
  console.log(`\n${summaryLine(total)}`)
  if (total.failed.length > 0) process.exitCode = 1
} catch (error) {
  printSetUpError(error)
  process.exitCode = 2
}
