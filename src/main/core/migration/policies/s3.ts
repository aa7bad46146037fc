import { measured } from '../decision-figures.ts'
import type { Policy } from '../policy.ts'

/**
 * S3 (checkpoint hybrid): the profile from the NAS and the checkpoint go over while the guest runs at its source; then it
 * starts at the destination, and blocks dirty since the checkpoint follow, those it asks for first. Rarely written pages
 * are sent before others. Where nothing is stored of a VM its checkpoint is all of its memory.
 */
export const s3: Policy = {
  name: 's3',
  limits: ({ thresholds, capabilities }) => ({
    epsilonPages: thresholds.epsilonPages.value,
    maxRounds: 1,
    switchTheta: null,
    postCopy: capabilities.postCopy,
  }),
  orderPages: heat => heat,
  startsFrom: 'images',
  pageRequests: 'overtake',
  afterRound: ({ round, capabilities, thresholds }) => {
    const few = round.dirtiedPages < thresholds.epsilonPages.value
    const action = capabilities.postCopy && !few ? 'switch' : 'stop-and-copy'
    const inputs = [
      {
        name: 'pages dirty since the checkpoint',
        unit: 'pages',
        value: measured(round.dirtiedPages),
        limit: thresholds.epsilonPages.value,
        fired: few,
      },
    ]
    const reasons = [
      action === 'switch'
        ? `The checkpoint is across; ${round.dirtiedPages} pages dirty since follow while the VM runs at its destination.`
        : `The checkpoint is across; ${round.dirtiedPages} pages dirty since are copied in a pause.`,
    ]
    return { action, reasons, inputs, alternatives: [] }
  },
}
