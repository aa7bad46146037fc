import { handOver } from '../can-be-told.ts'
import { measured } from '../decision-figures.ts'
import { pagesLeft } from '../pages-left.ts'
import type { Policy } from '../policy.ts'

/** The hybrid that looks at nothing: it switches after `hybridRounds` live rounds, unless hardly a page is left before. */
export const hybridStatic: Policy = {
  name: 'hybrid-static',
  limits: ({ thresholds, capabilities }) => ({
    epsilonPages: thresholds.epsilonPages.value,
    maxRounds: thresholds.hybridRounds.value,
    switchTheta: null,
    postCopy: capabilities.postCopy,
  }),
  afterRound: ({ round, thresholds, capabilities }) => {
    const [rounds, epsilon] = [thresholds.hybridRounds.value, thresholds.epsilonPages.value]
    const left = round.dirtiedPages
    const isShort = left < epsilon
    const isLast = round.index >= rounds
    const action = isShort ? 'stop-and-copy' : isLast ? handOver(capabilities) : 'continue'
    const reason = isShort
      ? `Only ${pagesLeft(left)}, fewer than ${epsilon}: the rest is copied in a short pause.`
      : isLast
        ? `Round ${round.index} is over, and it gives way after ${rounds} whatever is left.`
        : `It gives way after ${rounds} live rounds; this was round ${round.index}.`
    const inputs = [
      { name: 'live rounds', unit: 'rounds', value: measured(round.index), limit: rounds, fired: isLast },
      { name: 'pages left to send', unit: 'pages', value: measured(left), limit: epsilon, fired: isShort },
    ]
    return { action, reasons: [reason], inputs, alternatives: [] }
  },
}

/** The same with page requests that overtake the push. */
export const hybridStaticPreempt: Policy = {
  ...hybridStatic,
  name: 'hybrid-static-preempt',
  pageRequests: 'overtake',
}
