import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Driven, driveMigration } from '../../src/main/adapters/qemu/drive-migration.ts'
import { drivenFigures, drivenResult } from '../../src/main/adapters/qemu/driven-result.ts'
import { QmpClient } from '../../src/main/adapters/qemu/qmp-client.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import type { PolicyName } from '../../src/shared/model/migration.ts'
import { MIB } from '../../src/shared/units.ts'
import { leftOf, type RealHosts, realHosts, realParts } from '../support/real-guests.ts'
import { type Shuttle, startShuttle } from '../support/real-shuttle.ts'

const real = await realParts()

describe.skipIf(!real.can)(`real migrations${real.can ? '' : ` (${real.because})`}`, () => {
  if (!real.can) return
  let hosts: RealHosts
  let shuttle: Shuttle
  const clients: QmpClient[] = []
  beforeAll(async () => {
    hosts = realHosts(real.parts)
    shuttle = await startShuttle(hosts, 'writer', 'uniform 64 4000')
  })
  afterEach(() => Promise.all(clients.splice(0).map(client => client.close())).then(() => undefined))
  afterAll(async () => {
    shuttle?.close()
    await hosts.close()
    expect(leftOf(hosts.folder)).toEqual([])
  })

  const clientOf = (address: string): QmpClient => {
    const client = new QmpClient(address)
    clients.push(client)
    return client
  }
  /** Moves the guest to the other host by a policy; `onStep` may disturb it. */
  const move = async (
    policy: PolicyName,
    onStep: (
      step: Driven,
      files: { readonly there: Shuttle['here']; readonly cancel: () => void },
    ) => void = () => undefined,
    linkBytesPerSecond = 64 * MIB,
  ) => {
    const { there, uri } = await shuttle.expect()
    const steps: Driven[] = []
    const cancelling = new AbortController()
    const driven = await driveMigration(
      {
        source: clientOf(shuttle.here.qmp),
        destination: clientOf(there.qmp),
        here: { source: true, destination: true },
        uri,
        policy,
        thresholds: defaultThresholds,
        linkBytesPerSecond,
        pulse: null,
        clock: systemClock,
      },
      {
        signal: cancelling.signal,
        onStep: step => {
          steps.push(step)
          onStep(step, { there, cancel: () => cancelling.abort() })
        },
      },
    )
    return { ...driven, steps, kinds: steps.map(({ kind }) => kind) }
  }
  const once = (isIt: (step: Driven) => boolean, act: () => void) => {
    let isDone = false
    return (step: Driven) => {
      if (isDone || !isIt(step)) return
      isDone = true
      act()
    }
  }
  /** The guest works on, and each of its pages is as it left it. */
  const expectIntact = async () => {
    const { sequence } = shuttle.guest.log.last ?? { sequence: 0 }
    await shuttle.guest.beat(beat => beat.sequence > sequence + 5)
    shuttle.guest.say('stop')
    expect(await shuttle.guest.verify()).toBe(0)
    shuttle.guest.say('workload uniform 64 4000')
  }

  test('cancelled in its first round, the VM stays where it is and works on', async () => {
    const { migration, kinds } = await move('pre-copy-qemu', (step, { cancel }) => {
      if (step.kind === 'round-progress') cancel()
    })
    expect(migration.phase).toBe('cancelled')
    expect(kinds).not.toContain('paused')
    await shuttle.stayed()
    await expectIntact()
  })

  test('the destination ends in pre-copy: the VM is said to run at its source, and does', async () => {
    let kill = (_: Driven): void => undefined
    const { migration } = await move('pre-copy-qemu', (step, { there }) => {
      if (step.kind === 'started')
        kill = once(
          ({ kind }) => kind === 'round-progress',
          () => process.kill(Number(readFileSync(there.pid, 'utf8')), 'SIGKILL'),
        )
      kill(step)
    })
    expect(migration).toMatchObject({ phase: 'failed', failure: { vmRunsAt: 'source' } })
    expect(migration.failure?.reason).toMatch(/^QEMU gave the migration up/)
    await shuttle.stayed()
    await expectIntact()
  })

  test('pre-copy under Xen’s rule: rounds, one pause, and every page', async () => {
    const driven = await move('pre-copy-xen')
    const { migration } = driven
    expect(migration.phase).toBe('completed')
    expect(migration.ending?.kind).toBe('stop-and-copy')
    expect(migration.rounds.map(({ live }) => live).indexOf(false)).toBe(migration.rounds.length - 1)
    const result = drivenFigures.parse(drivenResult(driven, 200))
    expect(result).toMatchObject({ outcome: 'completed', switched: false, postCopyMs: 0, demandFaults: 0 })
    expect(result.pagesSent).toBeGreaterThan(migration.memoryPages)
    await shuttle.moved()
    await expectIntact()
  })

  test('hybrid with preemption: after its rounds, pages follow the VM', async () => {
    // More than the link carries, so that pages are left after its rounds.
    shuttle.guest.say('workload uniform 128 20000')
    const driven = await move('hybrid-static-preempt', undefined, 24 * MIB)
    const { kinds } = driven
    expect(drivenResult(driven, 200)).toMatchObject({ outcome: 'completed', switched: true })
    expect(kinds).toContain('post-copy-progress')
    expect(kinds.indexOf('paused')).toBeLessThan(kinds.indexOf('resumed'))
    await shuttle.moved()
    await expectIntact()
  })

  test('post-copy that loses its connection waits, connects again, and loses no page', async () => {
    const control = clientOf(shuttle.here.control)
    let isCut = Promise.resolve<unknown>(null)
    const cut = once(
      step => step.kind === 'post-copy-progress' && step.pushedPages > 1000,
      () => {
        isCut = control.ask({ command: 'migrate-pause', answer: z.unknown() })
      },
    )
    const driven = await move('post-copy-preempt', cut)
    await isCut
    await control.close()
    expect(driven.migration.phase).toBe('completed')
    expect(drivenResult(driven, 200)).toMatchObject({ switched: true, outcome: 'completed' })
    await shuttle.moved()
    await expectIntact()
  })

  test('a guest that begins to write in its first round is handed over before the round ends', async () => {
    shuttle.guest.say('stop')
    const { sequence } = shuttle.guest.log.last ?? { sequence: 0 }
    await shuttle.guest.beat(beat => beat.sequence > sequence + 5)
    const begins = once(
      ({ kind }) => kind === 'round-progress',
      () => shuttle.guest.say('workload uniform 128 20000'),
    )
    const { migration, steps, kinds } = await move('longshore', begins, 24 * MIB)
    expect(migration.phase).toBe('completed')
    const decided = steps.findIndex(({ kind }) => kind === 'decided')
    expect(steps[decided]).toMatchObject({ round: 1, decision: { action: 'switch' } })
    expect(decided).toBeLessThan(kinds.indexOf('round-ended'))
    await shuttle.moved()
    await expectIntact()
  })
})
