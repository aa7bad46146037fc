import type { PolicyName } from '../../../../shared/model/migration.ts'
import { estimated, measured } from '../decision-figures.ts'
import { pagesLeft } from '../pages-left.ts'
import type { Policy, RoundView } from '../policy.ts'

/** When libxenguest's callback says to stop. */
export interface XenRule {
  /** Live rounds, the first pass over all of memory included. */
  readonly maxRounds: number
  readonly minDirtyPages: number
  /** Whether that many pages themselves are few enough, or only fewer. */
  readonly few: 'at-most' | 'below'
  /** Pages sent in all over pages of memory from which it stops too; null: no such limit. */
  readonly maxSentFactor: number | null
}

/** XenServer's and XCP-ng's own rule (emu-manager). */
export const xenServerRule: XenRule = { maxRounds: 4, minDirtyPages: 50, few: 'at-most', maxSentFactor: null }

/** Upstream's rule (xg_sr_save.c). */
export const upstreamRule: XenRule = { maxRounds: 5, minDirtyPages: 50, few: 'below', maxSentFactor: null }

const sentFactor = ({ migration }: RoundView): number =>
  migration.rounds.reduce((sum, round) => sum + round.sentPages, 0) / Math.max(1, migration.memoryPages)

const figuresOf = (view: RoundView, rule: XenRule) => {
  const { dirtiedPages: left, index } = view.round
  const factor = sentFactor(view)
  const isFew = rule.few === 'at-most' ? left <= rule.minDirtyPages : left < rule.minDirtyPages
  const isLast = index >= rule.maxRounds
  const isMuch = rule.maxSentFactor !== null && factor >= rule.maxSentFactor
  const inputs = [
    {
      name: 'pages left to send',
      unit: 'pages',
      value: measured(left),
      limit: rule.minDirtyPages,
      fired: isFew,
    },
    { name: 'live rounds', unit: 'rounds', value: measured(index), limit: rule.maxRounds, fired: isLast },
    {
      name: 'pages sent over pages of memory',
      unit: 'ratio',
      value: estimated(factor),
      limit: rule.maxSentFactor,
      fired: isMuch,
    },
  ]
  return { isFew, isLast, isMuch, factor, inputs }
}

/** A policy by Xen's rule: it never fails to converge, it trades the pause for it. No post-copy, no look at the link. */
export const preCopyXenBy = (name: PolicyName, rule: XenRule): Policy => ({
  name,
  limits: () => ({
    epsilonPages: rule.minDirtyPages + (rule.few === 'at-most' ? 1 : 0),
    maxRounds: rule.maxRounds,
    switchTheta: null,
    postCopy: false,
  }),
  afterRound: view => {
    const { isFew, isLast, isMuch, factor, inputs } = figuresOf(view, rule)
    const { dirtiedPages: left, index } = view.round
    const rest = `${pagesLeft(left)} and copied while the VM is paused`
    const reason = isFew
      ? `${pagesLeft(left)}, Xen stops at ${rule.few === 'at-most' ? '' : 'fewer than '}${rule.minDirtyPages}.`
      : isLast
        ? `Round ${index} is the last that Xen allows; ${rest}.`
        : isMuch
          ? `${factor.toFixed(2)} times the memory has been sent, Xen allows ${rule.maxSentFactor}; ${rest}.`
          : `${pagesLeft(left)} and Xen allows ${rule.maxRounds - index} more ${rule.maxRounds - index === 1 ? 'round' : 'rounds'}.`
    const ends = isFew || isLast || isMuch
    return { action: ends ? 'stop-and-copy' : 'continue', reasons: [reason], inputs, alternatives: [] }
  },
})

export const preCopyXen: Policy = preCopyXenBy('pre-copy-xen', xenServerRule)

export const preCopyXenUpstream: Policy = preCopyXenBy('pre-copy-xen-upstream', upstreamRule)
