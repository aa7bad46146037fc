import { expect, test } from 'vitest'
import { judgeSilence } from '../../src/main/adapters/qemu/judge-silence.ts'
import type { QmpClient } from '../../src/main/adapters/qemu/qmp-client.ts'
import { qmpBroken, qmpSilent, qmpUnreachable } from '../../src/main/adapters/qemu/qmp-failure.ts'

type End = Pick<QmpClient, 'ask'>

/** An end that answers. */
const standing = (running: boolean, migration: string): End => ({
  ask: async ({ command, answer }) =>
    answer.parse(
      command === 'query-status'
        ? { running, status: running ? 'running' : 'paused' }
        : { status: migration },
    ),
})
const failing = (error: Error): End => ({ ask: () => Promise.reject(error) })
const unreachable = (code: string): End =>
  failing(qmpUnreachable('/run/a.qmp', Object.assign(new Error(code), { code })))

const gone = unreachable('ECONNREFUSED')
const mute = failing(qmpSilent('/run/a.qmp', 'query-status', 10_000))
const bothHere = { source: true, destination: true }
const judged = (source: End, destination: End, hasArrived = false, here = bothHere) =>
  judgeSilence({ source, destination, here }, { hasArrived, why: 'it is silent.' })

test.each([
  ['a source that stops and copies', mute, standing(false, 'active')],
  ['a destination that says nothing', standing(false, 'device'), mute],
  ['a source behind a network that is cut', unreachable('EHOSTUNREACH'), standing(false, 'active')],
  [
    'a destination whose connection broke just now',
    standing(true, 'active'),
    failing(qmpBroken('/run/b.qmp')),
  ],
  ['a destination that is gone, and a source that says nothing', mute, gone],
])('nothing is concluded from silence: %s', async (_, source, destination) => {
  expect(await judged(source, destination, true)).toBeNull()
})

test.each([
  ['source', 'a VM that came back', standing(true, 'failed'), gone, true],
  ['nowhere', 'a VM that was handed over', standing(false, 'completed'), gone, true],
  ['nowhere', 'one that is still held by its source', standing(false, 'failed'), gone, true],
  ['nowhere', 'half of its memory', standing(false, 'postcopy-active'), gone, true],
  ['nowhere', 'a source that ended before it moved', gone, standing(false, 'active'), false],
  ['nowhere', 'pages that are missing for ever', gone, standing(true, 'postcopy-active'), true],
  ['destination', 'all that was to be moved', gone, standing(true, 'completed'), true],
  ['destination', 'all of it, and it stands still there', gone, standing(false, 'completed'), false],
  ['unknown', 'both ends', unreachable('ENOENT'), gone, true],
] as const)('where an end is gone, the VM runs %s: %s', async (place, _, source, destination, hasArrived) => {
  expect(await judged(source, destination, hasArrived)).toMatchObject({ kind: 'failed', vmRunsAt: place })
})

test('a source that has not given up yet may still come right', async () => {
  expect(await judged(standing(true, 'active'), gone)).toBeNull()
})

test('a tunnel that ended is no QEMU that ended', async () => {
  const far = { source: false, destination: false }
  expect(await judged(gone, standing(false, 'active'), false, far)).toBeNull()
  expect(await judged(standing(true, 'failed'), gone, true, far)).toBeNull()
})
