import { policyNames } from '../../src/shared/model/migration.ts'
import type { Spread, WhatIf, WhatIfItem, WhatIfRow } from '../../src/shared/model/what-if.ts'

const around = (value: number): Spread => ({ median: value, low: value * 0.97, high: value * 1.04 })

const aRow = (policy: (typeof policyNames)[number], index: number): WhatIfRow => {
  if (policy === 'pre-copy-auto-converge')
    return { kind: 'impossible', policy, because: 'host-1 cannot slow a guest down.' }
  if (policy === 's4')
    return { kind: 'skipped', policy, because: 'It was not done in the time that a comparison may take.' }
  const switches = index % 2 === 0
  return {
    kind: 'simulated',
    policy,
    figures: {
      totalMs: around(9000 + index * 800),
      downtimeMs: around(switches ? 40 : 120 * index),
      unavailabilityMs: around(switches ? 40 + index : 120 * index),
      bytesSent: around(8e9 + index * 5e8),
      retransmittedBytes: around(index * 5e8),
      demandFaults: around(switches ? 1500 : 0),
      lostGuestMs: around(switches ? 310 : 0),
    },
    runs: 3,
    slaViolations: switches ? 0 : 3,
    aborted: 0,
  }
}

/** A comparison of all policies; with what happened by S1 where there was a migration. */
export const aWhatIf = (vmId: string, measured: 'measured' | 'not measured'): WhatIf => ({
  vmId,
  measured:
    measured === 'not measured'
      ? null
      : {
          policy: 's1',
          phase: 'completed',
          figures: {
            totalMs: 9800,
            downtimeMs: 38,
            unavailabilityMs: null,
            bytesSent: 8.4e9,
            retransmittedBytes: 4e8,
            demandFaults: 1420,
            lostGuestMs: 284,
          },
          slaViolated: null,
        },
  rows: policyNames.map(aRow),
  agreement:
    measured === 'not measured'
      ? null
      : {
          totalMs: { simulated: 9800 * 0.98, measured: 9800 },
          downtimeMs: { simulated: 40, measured: 38 },
          bytesSent: { simulated: 8.5e9, measured: 8.4e9 },
        },
  grounds: [
    { origin: 'measured', sentence: 'The guest writes as the 3 live rounds showed.' },
    { origin: 'measured', sentence: 'The link carried 1.12 GiB/s in live rounds.' },
    {
      origin: 'assumed',
      sentence: 'A round trip takes 0.2 ms; the link loses nothing and carries nothing else.',
    },
  ],
})

/** Two words of progress, and the comparison. */
export async function* compareInSteps(whatIf: WhatIf): AsyncGenerator<WhatIfItem> {
  for (const progress of [0, 0.5])
    yield {
      kind: 'running',
      operationId: 'operation-what-if',
      progress,
      remainingMs: progress > 0 ? 4000 : null,
    }
  yield { kind: 'done', whatIf }
}
