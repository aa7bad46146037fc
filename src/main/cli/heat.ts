import { Command } from 'commander'
import { threeFigures } from '../../shared/units.ts'
import { clusterHeat, type HeatClustering } from '../core/heat/cluster-heat.ts'
import type { HeatPoints } from '../core/heat/heat-points.ts'
import { HeatCsv } from './heat-csv.ts'
import { inputName, inputPieces } from './read-input.ts'

interface HeatOptions {
  readonly input: string
  readonly json: boolean
}

const RESTARTS = 24
/** S1 4.5: a table is sorted until nothing changes any more, or for this many iterations. */
const MAX_ITERATIONS = 300

const readPoints = async (input: string): Promise<HeatPoints> => {
  const table = new HeatCsv(inputName(input))
  for await (const piece of inputPieces(input)) table.push(piece)
  return table.end()
}

const describe = ({ centroids, inertia, iterations }: HeatClustering): string => {
  const pages = centroids.reduce((sum, { size }) => sum + size, 0)
  const rows = centroids.toReversed().map(({ label, frequency, locality, recency, size }) => {
    const share = ((100 * size) / pages).toFixed(1)
    return [label, size.toString(), `${share}%`, ...[frequency, locality, recency].map(threeFigures)]
  })
  const lines = [['class', 'pages', 'share', 'frequency', 'locality', 'recency'], ...rows].map(
    ([label = '', ...figures]) => label.padEnd(6) + figures.map(figure => figure.padStart(11)).join(''),
  )
  return `${lines.join('\n')}\ninertia ${inertia.toPrecision(6)} after ${iterations} iterations\n`
}

const heat = async ({ input, json }: HeatOptions): Promise<void> => {
  const points = await readPoints(input)
  const options = { seed: 1, restarts: RESTARTS, maxIterations: MAX_ITERATIONS, maxPasses: MAX_ITERATIONS }
  const found = clusterHeat(points, options)
  const { centroids, inertia, iterations } = found
  process.stdout.write(json ? `${JSON.stringify({ centroids, inertia, iterations })}\n` : describe(found))
}

/** `longshore heat`: sorts a table of pages into hot, warm and cold. */
export const heatCommand = new Command('heat')
  .description('Sort pages into hot, warm and cold by K-means on their figures as given, none rescaled.')
  .requiredOption(
    '--input <file>',
    'CSV with the columns page, frequency, locality, recency; - is standard input',
  )
  .option('--json', 'print centroids, inertia and iterations as one line of JSON', false)
  .addHelpText(
    'after',
    '\nThe figures are decimal numbers from 0 in any units; the centroids are in the same. With fewer than three different\npages the missing classes have size 0.\nExit: 0 done, 1 failed, 2 wrong usage.',
  )
  .action(heat)
