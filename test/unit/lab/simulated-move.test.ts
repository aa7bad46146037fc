import { expect, test } from 'vitest'
import { ownCommand } from '../../../src/main/adapters/lab/simulated-move.ts'

const round = (number: number, dirtiedPages: number) =>
  ({
    kind: 'round-ended',
    live: true,
    round: number,
    sentPages: 1,
    dirtiedPages,
    bytesSent: 1,
    ms: 1,
    atMs: 0,
  }) as const
const stop = { kind: 'stop-and-copy' }

test.each([
  { rule: 'xen', number: 1, dirty: 50, command: stop, why: 'few pages are left' },
  { rule: 'xen', number: 3, dirty: 51, command: null, why: '' },
  { rule: 'xen', number: 4, dirty: 1e6, command: stop, why: 'it was the fourth round' },
  { rule: 'controlled', number: 29, dirty: 0, command: null, why: '' },
  { rule: 'controlled', number: 30, dirty: 1e6, command: stop, why: 'it was the thirtieth round' },
] as const)('by the rule $rule round $number with $dirty dirty pages is followed by $command $why', given => {
  expect(ownCommand(given.rule, round(given.number, given.dirty))).toEqual(given.command)
})

test('the pause is not bounded: what is left goes at the full rate of the link', () => {
  const lifted = { kind: 'bandwidth', bytesPerSecond: null }
  expect(ownCommand('controlled', { kind: 'paused', remainingPages: 9, atMs: 0 })).toEqual(lifted)
})
