import { runKills } from '../support/kill-rounds.ts'
import { deviationOf, medianOf } from './statistics.ts'

const KILLS = 100
const SEED = 1

/** `kill -9` of the console at moments of chance while it migrates VMs of a lab that lives on. */
export const bench = {
  name: 'kills',
  about: 'the console killed while it migrates, a hundred times',
  run: async () => {
    const { recoveryMs, ...figures } = await runKills({ kills: KILLS, seed: SEED }, console.log)
    console.table({
      ...figures,
      'recovery median ms': Math.round(medianOf(recoveryMs)),
      'recovery deviation ms': Math.round(deviationOf(recoveryMs)),
      'recovery longest ms': Math.round(Math.max(0, ...recoveryMs)),
    })
    if (figures.startedTwice + figures.forgotten + figures.wrongEnd + figures.samplesLost > 0)
      process.exitCode = 1
  },
}
