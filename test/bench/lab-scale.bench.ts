import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type LabInfo, labInfo } from '../../src/main/adapters/lab/lab-info.ts'
import { rpc } from '../support/a-lab.ts'
import { medianOf } from './statistics.ts'

const REST_MS = 10_000
const WATCH_MS = 20_000
const ASKED = 5
/** What the console does: rows every 5 s of pool time but at most every second, the dirty rate of each VM every 60 s. */
const ROWS_EVERY_S = 5
const DIRTY_EVERY_S = 60

interface Case {
  readonly name: string
  readonly args: readonly string[]
  readonly speed: number
}

const cases: readonly Case[] = [
  { name: '12 VMs, 3 hosts', args: [], speed: 1 },
  { name: '1,000 VMs, 16 hosts', args: ['--vms', '1000', '--hosts', '16'], speed: 1 },
  { name: '10,000 VMs, 16 hosts', args: ['--vms', '10000', '--hosts', '16'], speed: 1 },
  { name: '1,000 VMs, 16 hosts, 60x', args: ['--vms', '1000', '--hosts', '16', '--speed', '60'], speed: 60 },
]

const command = new URL('../../src/main/cli/lab.ts', import.meta.url).href
const script = `const { labCommand } = await import('${command}')
await labCommand.parseAsync(process.argv.slice(1), { from: 'user' })`

const startLab = async (args: readonly string[]) => {
  const from = performance.now()
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const info = labInfo.parse(JSON.parse(line))
  const stop = async () => {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return { info, pid: child.pid ?? 0, startMs: performance.now() - from, stop }
}

/** CPU time and resident memory of a process, where /proc tells them. */
const usageOf = (pid: number): { readonly cpuMs: number; readonly residentMib: number } => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, residentMib: Number(kib) / 1024 }
  } catch {
    return { cpuMs: Number.NaN, residentMib: Number.NaN }
  }
}

const medianMs = async (ask: () => Promise<unknown>): Promise<number> => {
  const times: number[] = []
  for (let i = 0; i < ASKED; i++) {
    const from = performance.now()
    await ask()
    times.push(performance.now() - from)
  }
  return medianOf(times)
}

/** Share of one core, in per cent, that a process takes while something goes on. */
const loadOf = async (pid: number, during: () => Promise<unknown>): Promise<string> => {
  const [from, before] = [performance.now(), usageOf(pid)]
  await during()
  const used = usageOf(pid).cpuMs - before.cpuMs
  return ((100 * used) / (performance.now() - from)).toFixed(1)
}

interface Watched {
  readonly info: LabInfo
  readonly session: string
  readonly speed: number
}

const rowsOf = async ({ info, session, speed }: Watched, seconds: number): Promise<void> => {
  const { url, members } = info.pools[0] ?? { url: '', members: [] }
  for (const { address } of members) {
    const origin = url.replace('127.0.0.1', address)
    const query = `session_id=${session}&start=-${seconds}&host=true&json=true`
    const response = await fetch(`${origin}/rrd_updates?${query}`)
    if (response.status !== 200) throw new Error(`rows at ${speed}x: HTTP ${response.status}`)
    await response.arrayBuffer()
  }
}

type Record = { readonly resident_on: string; readonly uuid: string; readonly is_control_domain: boolean }

const watch = async (watched: Watched): Promise<void> => {
  const { info, session, speed } = watched
  const call = (method: string, ...params: readonly unknown[]) => rpc(info.url, method, [session, ...params])
  const records = Object.values((await call('VM.get_all_records')) as { [ref: string]: Record })
  const vms = records.filter(vm => !vm.is_control_domain && vm.resident_on !== 'OpaqueRef:NULL')
  const dirtyPerSecond = Math.ceil((vms.length * speed) / DIRTY_EVERY_S)
  const endAt = performance.now() + WATCH_MS
  for (let second = 0, next = 0; performance.now() < endAt; second++) {
    const startedAt = performance.now()
    if (second % Math.max(1, ROWS_EVERY_S / speed) === 0) await rowsOf(watched, 20)
    const due = Array.from(
      { length: Math.min(dirtyPerSecond, vms.length) },
      (_, i) => vms[(next + i) % vms.length],
    )
    next += due.length
    const args = (vm: Record) => ({ vm: vm.uuid, window_ms: '1000' })
    await Promise.all(
      due.flatMap(vm =>
        vm === undefined
          ? []
          : [call('host.call_plugin', vm.resident_on, 'longshore', 'dirty_rate', args(vm))],
      ),
    )
    await sleep(Math.max(0, 1000 - (performance.now() - startedAt)))
  }
}

const measure = async ({ args, speed }: Case): Promise<{ readonly [column: string]: string }> => {
  const { info, pid, startMs, stop } = await startLab(args)
  try {
    const atStart = usageOf(pid).residentMib
    const resting = await loadOf(pid, () => sleep(REST_MS))
    const session = (await rpc(info.url, 'session.login_with_password', [info.user, info.password])) as string
    const watched = { info, session, speed }
    const inventory = () => rpc(info.url, 'event.from', [session, ['*'], '', 30.5])
    const inventoryMs = await medianMs(inventory)
    const historyMs = await medianMs(() => rowsOf(watched, 595))
    const watching = await loadOf(pid, () => watch(watched))
    return {
      'start, ms': startMs.toFixed(0),
      'resident at rest, MiB': atStart.toFixed(0),
      'at rest, % of a core': resting,
      'whole inventory, ms': inventoryMs.toFixed(0),
      'ten minutes of all hosts, ms': historyMs.toFixed(0),
      'watched, % of a core': watching,
      'resident watched, MiB': usageOf(pid).residentMib.toFixed(0),
    }
  } finally {
    await stop()
  }
}

export const bench = {
  name: 'lab-scale',
  about: 'the lab at up to 10,000 VMs',
  run: async () => {
    const rows: { [name: string]: { readonly [column: string]: string } } = {}
    for (const one of cases) rows[one.name] = await measure(one)
    console.table(rows)
  },
}
