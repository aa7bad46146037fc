import { threeFigures } from '../../../src/shared/units.ts'

/** One published figure and ours; null where there is none. */
export interface Figure {
  readonly what: string
  readonly unit: string
  readonly published: number | null
  readonly ours: number | null
}

/** One published experiment, repeated. */
export interface Experiment {
  readonly paper: 'S1' | 'S2' | 'S3' | 'S4'
  readonly title: string
  /** Link, memory and workload that ours ran with. */
  readonly setting: string
  readonly figures: readonly Figure[]
  /** What reproduces and what does not. */
  readonly verdict: string
}

export const figure = (
  what: string,
  unit: string,
  { published, ours }: Pick<Figure, 'published' | 'ours'>,
): Figure => ({ what, unit, published, ours })

/** By how much `ours` is below `theirs`, percent. */
export const reductionPercent = (ours: number, theirs: number): number => 100 * (1 - ours / theirs)

const cell = (value: number | null): string => (value === null ? '-' : threeFigures(value))

const ratioOf = ({ published, ours }: Figure): string =>
  published === null || ours === null || published === 0 ? '-' : threeFigures(ours / published)

const LINE_LENGTH = 135

/** Words in lines of at most `LINE_LENGTH`. */
export const wrapped = (text: string): string => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > LINE_LENGTH) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}

/** An experiment as Markdown. */
const asMarkdown = ({ title, setting, figures, verdict }: Experiment): string =>
  [
    `### ${title}`,
    '',
    wrapped(setting),
    '',
    '| figure | unit | published | ours | ours / published |',
    '| --- | --- | ---: | ---: | ---: |',
    ...figures.map(
      each =>
        `| ${each.what} | ${each.unit} | ${cell(each.published)} | ${cell(each.ours)} | ${ratioOf(each)} |`,
    ),
    '',
    wrapped(verdict),
    '',
  ].join('\n')

const paperNames = {
  S1: 'S1, forecast hybrid (Dave, Donga, Vala 2026)',
  S2: 'S2, MLDO (Arif, Kiani, Qadir)',
  S3: 'S3, clustered checkpoint hybrid',
  S4: 'S4, KNN stop (Haris et al. 2024)',
} as const

/** The page of all experiments, by paper. */
export const pageOf = (experiments: readonly Experiment[]): string =>
  [
    '# Published figures and ours',
    '',
    wrapped(
      'Written by `npm run bench -- papers`: each experiment of the four papers, repeated on the page-level simulator through the one migration engine (docs/architecture.md). The same seeds give the same page. A dash stands for what a paper does not give as a number or the simulator does not have. Where a link or a memory content is not stated, ours is said.',
    ),
    '',
    ...Object.entries(paperNames).flatMap(([paper, name]) => [
      `## ${name}`,
      '',
      ...experiments.filter(each => each.paper === paper).map(asMarkdown),
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
