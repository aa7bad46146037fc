import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { threeFigures } from '../../src/shared/units.ts'
import { type Experiment, pageOf } from './papers/experiment.ts'
import { s1Experiments } from './papers/s1.ts'
import { s2Experiments } from './papers/s2.ts'
import { s3Experiments } from './papers/s3.ts'
import { s4Experiments } from './papers/s4.ts'
import { modelTables } from './papers/s4-models.ts'

const page = path.join(import.meta.dirname, '../../docs/papers.md')

const printTable = ({ paper, title, figures }: Experiment): void => {
  console.log(`\n${paper}: ${title}`)
  console.table(
    Object.fromEntries(
      figures.map(({ what, unit, published, ours }) => [
        what,
        {
          unit,
          published: published === null ? '-' : threeFigures(published),
          ours: ours === null ? '-' : threeFigures(ours),
        },
      ]),
    ),
  )
}

/** Every experiment of the four papers, their figure beside ours; writes docs/papers.md and prints one line of JSON. */
export const bench = {
  name: 'papers',
  about: 'each experiment of the four papers beside the published figures; writes docs/papers.md',
  run: async () => {
    const experiments: Experiment[] = []
    for (const repeat of [s1Experiments, s2Experiments, s3Experiments, s4Experiments]) {
      const done = repeat()
      done.forEach(printTable)
      experiments.push(...done)
    }
    const models = modelTables()
    console.log(`\n${models}`)
    console.log(JSON.stringify({ experiments }))
    await writeFile(page, `${pageOf(experiments)}\n${models}`)
    console.log(`Written to ${page}`)
  },
}
