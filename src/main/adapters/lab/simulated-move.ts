import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import { ROUND_GRACE_MS } from '../../../shared/model/plugin.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'
import { Random } from '../../core/numeric/random.ts'
import { DiskCopy } from '../../core/simulation/disk-copy.ts'
import { hostPresets } from '../../core/simulation/host-presets.ts'
import type { MigrationFact } from '../../core/simulation/migration-fact.ts'
import { plainCosts } from '../../core/simulation/page-transfer.ts'
import { SimulatedMigration } from '../../core/simulation/simulated-migration.ts'
import { SinglePages } from '../../core/simulation/single-pages.ts'
import { singlePageSteps } from '../../core/simulation/steps.ts'
import { ZERO_PAGE_BYTES } from '../../core/simulation/zero-page.ts'
import type { MigrationOrder } from './lab-migration.ts'
import type { SharedPath } from './shared-path.ts'
import type { VirtualPool } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'

const MAX_LIVE_ROUNDS = 30
const XEN_STOP_PAGES = 50
const XEN_STOP_ROUNDS = 4
const REPORT_MS = 250

/** The simulation of a move that begins now; the seed makes moves of one VM differ. */
export const simulatedMove = (
  { vm, stopRule, pageRequests, prepagePages = 0 }: MigrationOrder,
  at: {
    readonly pool: VirtualPool
    readonly path: SharedPath
    readonly nowMs: number
    readonly seed: number
  },
): SimulatedMigration => {
  const { pool, path, nowMs, seed } = at
  const { handshakeMs, handshakeSpreadMs } = pool.config
  const random = new Random(seed)
  const startedAtMs = pool.elapsedMs(nowMs)
  const halfPauseMs = (handshakeMs + handshakeSpreadMs * random.unit()) / 2
  const { roundMs, suspendDirtyPages, backlogBytes } = hostPresets.qemu
  const pages = new SinglePages({
    memory: vm.memoryAt(startedAtMs),
    vcpuCount: vm.config.vcpuCount,
    path,
    costs: plainCosts(PAGE_BYTES, ZERO_PAGE_BYTES),
    // As Xen does: the log is read for all of memory at once.
    logRead: 'round',
    service: { preempts: pageRequests === 'overtake', backlogBytes, prepagePages },
    images: null,
    peeks: true,
    random,
  })
  return new SimulatedMigration({
    pages,
    writesAt: ms => vm.workload(startedAtMs + ms).writesPerSecond,
    path,
    host: { roundMs, suspendDirtyPages, pauseMs: halfPauseMs, resumeMs: halfPauseMs },
    disk: diskOf(vm, { startedAtMs, random: new Random(seed + 1) }),
    images: null,
    compressor: null,
    limit: null,
    earlyReading: null,
    graceMs: stopRule === 'controlled' ? ROUND_GRACE_MS : 0,
    startedAtMs: nowMs,
    stepsOf: passMs => ({ ...singlePageSteps(passMs), reportMs: REPORT_MS }),
  })
}

/** Null: its disk lies where every host sees it. */
const diskOf = (
  { config, workload }: VirtualVm,
  { startedAtMs, random }: { readonly startedAtMs: number; readonly random: Random },
): DiskCopy | null => {
  const writeBytesPerSecondAt = (ms: number) => workload(startedAtMs + ms).diskWriteBytesPerSecond
  const { localDiskBytes: bytes } = config
  return bytes === undefined ? null : new DiskCopy({ bytes, writeBytesPerSecondAt }, random)
}

/**
 * What a host does of its own accord when something has happened. `controlled`: it stops and copies after 30 live rounds.
 * `xen`: it does so at 50 dirty pages or less or after the fourth round, as xcp-emu-manager does. The pause is never bounded.
 */
export const ownCommand = (
  stopRule: MigrationOrder['stopRule'],
  fact: MigrationFact,
): MigrationCommand | null => {
  if (fact.kind === 'paused') return { kind: 'bandwidth', bytesPerSecond: null }
  if (fact.kind !== 'round-ended' || !fact.live) return null
  const isEnough =
    stopRule === 'xen'
      ? fact.dirtiedPages <= XEN_STOP_PAGES || fact.round >= XEN_STOP_ROUNDS
      : fact.round >= MAX_LIVE_ROUNDS
  return isEnough ? { kind: 'stop-and-copy' } : null
}
