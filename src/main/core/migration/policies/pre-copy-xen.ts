import type { Policy } from '../policy.ts'

/** XenServer's and XCP-ng's own rule (emu-manager): stop at <= 50 pages, or at the fourth live round whatever is left. */
const MIN_DIRTY_PAGES = 50
const MAX_LIVE_ROUNDS = 4

/** Xen's rule: it never fails to converge, it trades the pause for it. No post-copy, no look at the link. */
export const preCopyXen: Policy = {
  name: 'pre-copy-xen',
  limits: () => ({
    epsilonPages: MIN_DIRTY_PAGES + 1,
    maxRounds: MAX_LIVE_ROUNDS,
    switchTheta: null,
    postCopy: false,
  }),
  afterRound: ({ round }) => {
    const few = round.dirtiedPages <= MIN_DIRTY_PAGES
    const last = round.index >= MAX_LIVE_ROUNDS
    const inputs = [
      {
        name: 'pages left to send',
        unit: 'pages',
        value: { origin: 'measured' as const, value: round.dirtiedPages, ageMs: 0 },
        limit: MIN_DIRTY_PAGES,
        fired: few,
      },
      {
        name: 'live rounds',
        unit: 'rounds',
        value: { origin: 'measured' as const, value: round.index, ageMs: 0 },
        limit: MAX_LIVE_ROUNDS,
        fired: last,
      },
    ]
    if (few) {
      const reasons = [`${round.dirtiedPages} pages are left, Xen stops at ${MIN_DIRTY_PAGES}.`]
      return { action: 'stop-and-copy', reasons, inputs, alternatives: [] }
    }
    if (last) {
      const reasons = [
        `Round ${round.index} is the last that Xen allows; the ${round.dirtiedPages} pages left are copied while the VM is paused.`,
      ]
      return { action: 'stop-and-copy', reasons, inputs, alternatives: [] }
    }
    const reasons = [
      `${round.dirtiedPages} pages are left and Xen allows ${MAX_LIVE_ROUNDS - round.index} more rounds.`,
    ]
    return { action: 'continue', reasons, inputs, alternatives: [] }
  },
}
