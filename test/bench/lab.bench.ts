import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { labInfo } from '../../src/main/adapters/lab/lab-info.ts'
import { pluginAnswers } from '../../src/shared/model/plugin.ts'

const cli = fileURLToPath(new URL('../../out/main/cli.js', import.meta.url))
const reporter = new URL('../support/report-cpu.mjs', import.meta.url).href
const PHASE_MS = 20_000
/** By then the storm of db-07 is at its height. */
const STORM_MS = 70_000

const answer = z.object({ result: z.unknown().optional(), error: z.unknown().optional() })
const records = z.record(z.string(), z.object({ uuid: z.string(), name_label: z.string() }).loose())

interface Lab {
  readonly url: string
  readonly process: ChildProcess
  call(method: string, ...params: readonly unknown[]): Promise<unknown>
  plugin(host: string, fn: string, args: Readonly<Record<string, string>>): Promise<unknown>
  readonly session: string
}

/** The built lab in a process of its own, and a session with its first pool. */
const startLab = async (): Promise<Lab> => {
  const child = fork(cli, ['lab', '--port', '0', '--seed', '1'], {
    execArgv: ['--import', reporter],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const { stdout } = child
  if (stdout === null) throw new Error('the lab has no standard output')
  const [line] = await once(createInterface({ input: stdout }), 'line')
  const { url, user, password } = labInfo.parse(JSON.parse(String(line)))
  const rpc = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(`${url}/jsonrpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const { result, error } = answer.parse(await response.json())
    if (error !== undefined) throw new Error(JSON.stringify(error))
    return result
  }
  const session = String(await rpc('session.login_with_password', [user, password]))
  const call = (method: string, ...params: readonly unknown[]) => rpc(method, [session, ...params])
  const plugin = async (...[host, fn, args]: Parameters<Lab['plugin']>): Promise<unknown> =>
    JSON.parse(String(await call('host.call_plugin', host, 'longshore', fn, args)))
  return { url, process: child, call, plugin, session }
}

const cpuMs = async ({ process }: Lab): Promise<number> => {
  const told = once(process, 'message')
  process.send('cpu')
  const [microseconds] = await told
  return Number(microseconds) / 1000
}

/** Share of one core that the lab takes while `work` runs, and for how long that was. */
const shareWhile = async (lab: Lab, work: () => Promise<unknown>) => {
  const [fromCpu, from] = [await cpuMs(lab), performance.now()]
  await work()
  const ms = performance.now() - from
  return {
    seconds: (ms / 1000).toFixed(1),
    'share of one core, %': ((100 * ((await cpuMs(lab)) - fromCpu)) / ms).toFixed(2),
  }
}

/** Does `look` once a second until `until` aborts. */
const everySecond = async (look: () => Promise<unknown>, until: AbortSignal): Promise<void> => {
  while (!until.aborted) await Promise.all([look(), pause(1000, null, { signal: until }).catch(() => null)])
}

const watcherOf = async (lab: Lab) => {
  const hosts = Object.entries(records.parse(await lab.call('host.get_all_records')))
  const all = Object.entries(records.parse(await lab.call('VM.get_all_records')))
  const vms = all.filter(([, vm]) => vm.is_control_domain !== true && vm.is_a_template !== true)
  const metrics = async (address: unknown) => {
    const url = new URL(lab.url)
    url.hostname = String(address)
    const start = Math.floor(Date.now() / 1000) - 10
    url.pathname = '/rrd_updates'
    url.search = new URLSearchParams({
      session_id: lab.session,
      start: `${start}`,
      host: 'true',
      json: 'true',
    }).toString()
    await (await fetch(url)).arrayBuffer()
  }
  const dirtyRate = async (vm: (typeof vms)[number][1]) => {
    // A VM that migrates has none.
    const args = { vm: vm.uuid, window_ms: '1000' }
    await lab.plugin(String(vm.resident_on), 'dirty_rate', args).catch(() => null)
  }
  const look = () =>
    Promise.all([...hosts.map(([, host]) => metrics(host.address)), ...vms.map(([, vm]) => dirtyRate(vm))])
  return { hosts, vms, look }
}

/** Moves db-07 in its storm: three rounds, the switch, post-copy; its heat is read every second. */
const migrate = async (lab: Lab, { hosts, vms, look }: Awaited<ReturnType<typeof watcherOf>>) => {
  const vm = vms.find(([, one]) => one.name_label === 'db-07')?.[1]
  const source = String(vm?.resident_on)
  const destination = hosts.find(([ref]) => ref !== source)?.[1]
  if (vm === undefined || destination === undefined) throw new Error('the lab has no db-07')
  const id = 'bench'
  const over = new AbortController()
  const watching = everySecond(
    () =>
      Promise.all([
        look(),
        lab.plugin(source, 'page_heat', { vm: vm.uuid, max_regions: '65536' }).catch(() => null),
      ]),
    over.signal,
  )
  await lab.plugin(source, 'migrate_start', { vm: vm.uuid, destination: destination.uuid, id })
  for (let after = 0, ended = false; !ended; ) {
    const args = { id, after: `${after}`, timeout_ms: '5000' }
    const status = pluginAnswers.migrate_status.parse(await lab.plugin(source, 'migrate_status', args))
    after += status.events.length
    if (status.events.some(event => event.kind === 'round-ended' && event.round === 3))
      await lab.plugin(source, 'migrate_control', { id, command: 'switch' })
    ended = status.ended && status.events.length === 0
  }
  over.abort()
  await watching
}

export const bench = {
  name: 'lab',
  about: "the lab's CPU time, alone and watched",
  run: async () => {
    const startedAt = performance.now()
    const lab = await startLab()
    try {
      await pause(2000)
      const idle = await shareWhile(lab, () => pause(PHASE_MS))
      const watcher = await watcherOf(lab)
      const watched = await shareWhile(lab, () => everySecond(watcher.look, AbortSignal.timeout(PHASE_MS)))
      await pause(Math.max(0, STORM_MS - (performance.now() - startedAt)))
      const migrating = await shareWhile(lab, () => migrate(lab, watcher))
      console.table({
        'idle, no client': idle,
        'watched: metrics of every host, dirty rate of every VM of a pool, each second': watched,
        'watched, and db-07 migrates in its storm, heat each second': migrating,
      })
    } finally {
      const exited = once(lab.process, 'exit')
      lab.process.kill('SIGTERM')
      await exited
    }
  },
}
