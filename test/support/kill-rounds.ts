import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as after } from 'node:timers/promises'
import { z } from 'zod'
import { Random } from '../../src/main/core/numeric/random.ts'
import type { AppClient } from '../../src/shared/contract/index.ts'
import type { Migration } from '../../src/shared/model/migration.ts'
import type { Vm } from '../../src/shared/model/vm.ts'
import { GIB } from '../../src/shared/units.ts'
import { consoleLine, firstLine, kill, launch } from './console-process.ts'
import { LabWitness } from './lab-witness.ts'
import { openClient } from './served-console.ts'

const labLine = z.object({ url: z.string(), user: z.string(), password: z.string() })

/** Up to so long after the first order of a run it is killed, ms: a migration of the lab's small VMs takes 1 to 4 s. */
const LATEST_KILL_MS = 3500
/** One of so many runs is killed while it starts. */
const EARLY_ONE_IN = 5
const EARLIEST_START_MS = 300
const SETTLE_TIMEOUT_MS = 120_000
/** So many runs at most between two looks whether all has ended: the lab keeps events for 10 minutes. */
const ROUNDS_BETWEEN_CHECKS = 20

interface Running {
  readonly child: ChildProcess
  readonly client: AppClient
}

/** What a run of kills came to; all of the last four are to be 0. */
export interface KillFigures {
  readonly kills: number
  readonly killedWhileStarting: number
  readonly asked: number
  /** Migrations the console knows that the lab never saw: killed before the order was given. */
  readonly neverOrdered: number
  readonly seenByLab: number
  /** Migrations that were under way when the console was killed. */
  readonly underWayAtKill: number
  readonly samplesAcknowledged: number
  /** From the start of the process to a migration that is no longer being recovered, ms. */
  readonly recoveryMs: readonly number[]
  readonly startedTwice: number
  readonly forgotten: number
  readonly wrongEnd: number
  readonly samplesLost: number
}

/** A lab that survives, and consoles on one data folder that do not. */
class KillRounds {
  readonly #random: Random
  readonly #witness: LabWitness
  readonly #lab: z.infer<typeof labLine>
  readonly #dataDir: string
  /** Short enough to be answered in seconds, not in averages; the lab's time is ours. */
  readonly #span = { fromMs: Date.now() - 600_000, toMs: Date.now() + 6_000_000 }
  /** Samples that a console has given back from its store, by VM: whatever it says was committed. */
  readonly #acknowledged = new Map<string, Set<number>>()
  readonly #figures = { killedWhileStarting: 0, asked: 0, underWayAtKill: 0, samplesLost: 0 }
  readonly #recoveryMs: number[] = []
  /** Orders given, by VM. */
  readonly #orders = new Map<string, number>()
  readonly #seen = new Set<string>()
  readonly #known = new Map<string, Migration>()

  constructor(parts: {
    random: Random
    witness: LabWitness
    lab: z.infer<typeof labLine>
    dataDir: string
  }) {
    this.#random = parts.random
    this.#witness = parts.witness
    this.#lab = parts.lab
    this.#dataDir = parts.dataDir
  }

  async run(kills: number, tell: (words: string) => void): Promise<KillFigures> {
    for (let round = 1; round <= kills; round++) {
      await this.#round()
      if (round % ROUNDS_BETWEEN_CHECKS === 0 || round === kills) {
        await this.#settle()
        tell(`${round} of ${kills} kills`)
      }
    }
    return this.#result(kills)
  }

  async #round(): Promise<void> {
    const child = this.#launchConsole()
    if (Math.floor(this.#random.unit() * EARLY_ONE_IN) === 0) {
      this.#figures.killedWhileStarting++
      await after(EARLIEST_START_MS + this.#random.unit() * 1200)
      await kill(child)
      return
    }
    const running = await this.#connect(child)
    const stop = new AbortController()
    const noted = this.#noteMigrations(running, stop.signal)
    const vmIds = await this.#smallVms(running.client)
    const killed = after(this.#random.unit() * LATEST_KILL_MS).then(() => kill(child))
    for (const vmId of vmIds.slice(0, 2)) void this.#order(running.client, vmId)
    await this.#acknowledge(running.client, vmIds)
    await killed
    stop.abort()
    await noted
    await this.#witness.look()
    this.#figures.underWayAtKill += await this.#witness.underWay()
  }

  #launchConsole(): ChildProcess {
    const pool = ['--pool', this.#lab.url, '--user', this.#lab.user]
    return launch(['serve', '--json', '--no-open', '--no-lab', ...pool], {
      LONGSHORE_DATA: this.#dataDir,
      LONGSHORE_PASSWORD: this.#lab.password,
    })
  }

  async #connect(child: ChildProcess): Promise<Running> {
    const { url } = await firstLine(child, consoleLine)
    return { child, client: await openClient(url) }
  }

  /** Keeps the newest word on every migration, and how long one was being recovered. */
  async #noteMigrations({ client }: Running, signal: AbortSignal): Promise<void> {
    const startedMs = performance.now()
    const recovering = new Set<string>()
    try {
      for await (const { migrations } of client.stream('migration.watch', {}, signal)) {
        for (const migration of migrations) {
          this.#known.set(migration.id, migration)
          if (migration.recovering) recovering.add(migration.id)
          else if (recovering.delete(migration.id)) this.#recoveryMs.push(performance.now() - startedMs)
        }
      }
    } catch {
      // The console was killed, as it should be.
    }
  }

  /** Running VMs of at most 2 GiB in an order of chance, once the pool has been read. */
  async #smallVms(client: AppClient): Promise<readonly string[]> {
    let vmIds: readonly string[] = []
    for await (const item of client.stream('fleet.watch', {}, new AbortController().signal)) {
      const isSmall = (vm: Vm) => vm.hostId !== null && vm.memoryBytes <= 2 * GIB
      if (item.inventory) vmIds = item.inventory.vms.filter(isSmall).map(vm => vm.id)
      if (vmIds.length > 0 && item.vmSamples.rows.rowCount > 0) return this.#random.shuffled(vmIds)
    }
    throw new Error('the console ended before it had read the pool')
  }

  async #order(client: AppClient, vmId: string): Promise<void> {
    this.#figures.asked++
    this.#orders.set(vmId, (this.#orders.get(vmId) ?? 0) + 1)
    await client.call('migration.start', { vmId }).catch(() => {})
  }

  /** Reads series back: an answer means that all of it is committed. */
  async #acknowledge(client: AppClient, vmIds: readonly string[]): Promise<void> {
    for (const vmId of vmIds) {
      const series = await client.call('vm.series', { vmId, ...this.#span }).catch(() => null)
      if (!series) return
      const times = new Set(series.atMs)
      for (const atMs of this.#acknowledged.get(vmId) ?? []) if (!times.has(atMs)) this.#figures.samplesLost++
      this.#acknowledged.set(vmId, times)
    }
  }

  /** Lets a console find everything out, and looks at the samples of every VM. */
  async #settle(): Promise<void> {
    const child = this.#launchConsole()
    try {
      const running = await this.#connect(child)
      const deadline = AbortSignal.timeout(SETTLE_TIMEOUT_MS)
      for await (const { migrations } of running.client.stream('migration.watch', {}, deadline)) {
        for (const migration of migrations) this.#known.set(migration.id, migration)
        if ([...this.#known.values()].every(({ endedAtMs }) => endedAtMs !== null)) break
      }
      await this.#acknowledge(running.client, [...this.#acknowledged.keys()])
      await this.#witness.look()
      for (const id of this.#known.keys()) if (await this.#witness.outcomeOf(id)) this.#seen.add(id)
    } finally {
      await kill(child)
    }
  }

  /** Moves that the lab began beyond the orders given for their VM; the lab begins an id once, so each id is one move. */
  #startedTwice(): number {
    const begun = [...this.#known.values()].filter(({ id }) => this.#seen.has(id))
    const byVm = Map.groupBy(begun, ({ vmId }) => vmId)
    return [...byVm].reduce(
      (sum, [vmId, moves]) => sum + Math.max(0, moves.length - (this.#orders.get(vmId) ?? 0)),
      0,
    )
  }

  async #result(kills: number): Promise<KillFigures> {
    const byTask = await Promise.all([...this.#known.keys()].map(id => this.#witness.outcomeOf(id)))
    const ends = [...this.#known.values()].map((known, index) => ({ known, lab: byTask[index] }))
    const seen = this.#seen.size
    return {
      kills,
      ...this.#figures,
      recoveryMs: this.#recoveryMs,
      neverOrdered: this.#known.size - seen,
      seenByLab: this.#witness.tasks,
      samplesAcknowledged: [...this.#acknowledged.values()].reduce((sum, { size }) => sum + size, 0),
      startedTwice: this.#startedTwice(),
      forgotten: this.#witness.unexplained,
      wrongEnd: ends.filter(({ known, lab }) =>
        lab === undefined ? known.phase !== 'failed' : lab !== known.phase,
      ).length,
    }
  }
}

/** Kills the built console `kills` times at moments of chance while it migrates the VMs of a lab that lives on. */
export const runKills = async (
  { kills, seed }: { readonly kills: number; readonly seed: number },
  tell: (words: string) => void = () => {},
): Promise<KillFigures> => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-kills-'))
  const labProcess = launch(['lab', '--hosts', '3', '--vms', '24', '--seed', '5'], {})
  try {
    const lab = await firstLine(labProcess, labLine)
    const witness = await LabWitness.open(lab)
    return await new KillRounds({ random: new Random(seed), witness, lab, dataDir }).run(kills, tell)
  } finally {
    await kill(labProcess)
    await rm(dataDir, { recursive: true, force: true })
  }
}
