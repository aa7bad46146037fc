import { expect, test } from 'vitest'
import {
  bytesOfKept,
  costWords,
  errorOfRetention,
  lossesOf,
} from '../../../src/renderer/features/settings/retention-draft.ts'
import type { StoreUsage } from '../../../src/shared/model/store-usage.ts'

const HOUR_MS = 3_600_000
const NOW_MS = 1_000 * HOUR_MS

const usage: StoreUsage = {
  fileBytes: 1,
  logBytes: 0,
  freeBytes: 0,
  samples: { bytesPerVmSecond: 8, oldestWrittenMs: NOW_MS - 24 * HOUR_MS },
  averages: { bytesPerVmSecond: 0.25, oldestWrittenMs: NOW_MS - 96 * HOUR_MS },
}

test.each([
  { samples: '24', averages: '7', which: 'samples', error: undefined },
  { samples: '0', averages: '7', which: 'samples', error: 'A whole number of hours from 1 to 720.' },
  { samples: '1.5', averages: '7', which: 'samples', error: 'A whole number of hours from 1 to 720.' },
  { samples: '24', averages: '367', which: 'averages', error: 'A whole number of days from 1 to 366.' },
  { samples: '49', averages: '2', which: 'averages', error: 'At least as long as seconds are kept.' },
] as const)('$samples hours and $averages days: $which says $error', ({ which, error, ...draft }) => {
  expect(errorOfRetention(draft, which)).toBe(error)
})

test('a day of seconds of ten VMs at 8 bytes is 6.9 MB, six days of averages at a quarter 1.3 MB', () => {
  const draft = { samples: '24', averages: '7' }
  expect(bytesOfKept('samples', { draft, usage, vms: 10 })).toBe(8 * 10 * 86_400)
  expect(bytesOfKept('averages', { draft, usage, vms: 10 })).toBe(0.25 * 10 * 6 * 86_400)
  expect(costWords('samples', { draft, usage, vms: 10 })).toBe(
    '6.59 MiB when full: 8.00 bytes a VM-second, 10 VMs.',
  )
  const none = { ...usage, averages: { bytesPerVmSecond: null, oldestWrittenMs: null } }
  expect(costWords('averages', { draft, usage: none, vms: 10 })).toMatch(/^Not measured yet/)
  expect(costWords('averages', { draft, usage: null, vms: 10 })).toMatch(/in memory only/)
})

test('a shorter time names what goes of what is there, and nothing where nothing is that old', () => {
  const at = { usage, nowMs: NOW_MS }
  expect(lossesOf({ samples: '6', averages: '7' }, at)).toEqual([
    'The oldest 18 hours of seconds become averages of 30 s: what happened within those is lost.',
  ])
  expect(lossesOf({ samples: '24', averages: '2' }, at)).toEqual([
    'The oldest 2 days of averages are deleted for good.',
  ])
  expect(lossesOf({ samples: '24', averages: '4' }, at)).toEqual([])
  expect(lossesOf({ samples: '1', averages: '1' }, { usage: null, nowMs: NOW_MS })).toEqual([])
})
