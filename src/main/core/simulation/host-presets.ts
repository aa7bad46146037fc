import type { HostCosts, SimulationCase } from '../../../shared/model/simulation-case.ts'
import { ZERO_PAGE_BYTES } from './zero-page.ts'

export interface HostPreset extends HostCosts {
  /** What a page of zeros costs on the link; null: as much as any other. */
  readonly zeroPageBytes: number | null
  /** Bytes of the push that are under way when a page request comes in, where requests do not overtake it. */
  readonly backlogBytes: number
  /** How often it looks whether what is unsent fits the downtime limit, to read its dirty log then; null: it does not. */
  readonly logWindowMs: number | null
  /** Until when a limit that it is told holds. */
  readonly limitUntil: 'pause' | 'end'
}

/**
 * Fixed costs of the two hypervisors. Xen: the part of the guest's gap that does not depend on the load is 0.21 to 0.25 s
 * and suspending dirties 170 to 225 pages (measured with libxenguest 4.17); it sends zero pages whole. QEMU: 5 to 21 ms
 * from STOP to RESUME; without preemption a request waits about 6 ms at 64 MiB/s (measured with QEMU 10); it looks at what
 * is pending between its windows of 100 ms (migration.c, BUFFER_DELAY), and sets no limit in the pause and after a switch.
 */
export const hostPresets: Readonly<Record<'xen' | 'qemu', HostPreset>> = {
  xen: {
    roundMs: 5,
    pauseMs: 115,
    resumeMs: 115,
    suspendDirtyPages: 200,
    zeroPageBytes: null,
    backlogBytes: 400 * 1024,
    logWindowMs: null,
    limitUntil: 'end',
  },
  qemu: {
    roundMs: 2,
    pauseMs: 5,
    resumeMs: 5,
    suspendDirtyPages: 50,
    zeroPageBytes: ZERO_PAGE_BYTES,
    backlogBytes: 400 * 1024,
    logWindowMs: 100,
    limitUntil: 'pause',
  },
}

/** The host of a case: its own figures over a preset's; `xen` for Xen's own policy, else `qemu`. */
export const hostOf = ({ host, policy }: Pick<SimulationCase, 'host' | 'policy'>): HostPreset => {
  if (host === 'xen' || host === 'qemu') return hostPresets[host]
  const preset = hostPresets[policy.name.startsWith('pre-copy-xen') ? 'xen' : 'qemu']
  return host === undefined ? preset : { ...preset, ...host }
}
