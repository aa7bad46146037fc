import models from '../../../../../resources/stop-model/stop-model.json' with { type: 'json' }
import { predictStop, type StopModels } from '../../stop-model/stop-model.ts'
import { estimated, measured } from '../decision-figures.ts'
import type { Policy } from '../policy.ts'

const rounded = (ms: number) => `${Math.round(ms)} ms`

/** S4's rule with the model that decides; what the other says of the downtime is told beside it. */
const stopBy = (decides: keyof StopModels): Policy => ({
  name: 's4',
  limits: ({ thresholds }) => ({
    epsilonPages: thresholds.epsilonPages.value,
    maxRounds: thresholds.maxRounds.value,
    switchTheta: null,
    postCopy: false,
  }),
  afterRound: ({ migration, round, thresholds }) => {
    const rounds = migration.rounds.filter(each => each.live)
    const soFar = { memoryPages: migration.memoryPages, rounds }
    const expected = predictStop(models[decides], soFar)
    const beside = decides === 'own' ? 'printed' : 'own'
    const limitMs = thresholds.knnDowntimeLimit.value
    const short = expected.downtimeMs < limitMs
    const last = round.index >= thresholds.maxRounds.value
    const inputs = [
      {
        name: 'downtime predicted',
        unit: 'ms',
        value: estimated(expected.downtimeMs),
        limit: limitMs,
        fired: short,
      },
      {
        name: 'total time predicted',
        unit: 'ms',
        value: estimated(expected.totalMs),
        limit: null,
        fired: false,
      },
      {
        name: beside === 'printed' ? "downtime by the paper's features" : 'downtime by our features',
        unit: 'ms',
        value: estimated(predictStop(models[beside], soFar).downtimeMs),
        limit: limitMs,
        fired: false,
      },
      {
        name: 'live rounds',
        unit: 'rounds',
        value: measured(round.index),
        limit: thresholds.maxRounds.value,
        fired: last,
      },
    ]
    const figure = `the ${models[decides].neighbours} most similar migrations stood still for ${rounded(expected.downtimeMs)} on average`
    const reasons = [
      short
        ? `After round ${round.index} ${figure}, less than ${limitMs} ms.`
        : last
          ? `Round ${round.index} is the last that N_max allows; ${figure}.`
          : `After round ${round.index} ${figure}, not less than ${limitMs} ms.`,
    ]
    return { action: short || last ? 'stop-and-copy' : 'continue', reasons, inputs, alternatives: [] }
  },
})

/**
 * S4 (KNN stop): after each round K-nearest-neighbours regression predicts the downtime and the total time of stopping
 * now; pre-copy ends when the downtime is below its limit, or after N_max rounds. It decides by our features.
 */
export const s4 = stopBy('own')

/** The same by the features of S4 eq 1 to 3 as printed, which tell almost nothing of the downtime (docs/papers.md). */
export const s4Printed = stopBy('printed')
