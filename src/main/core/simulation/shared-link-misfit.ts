import type { SharedLinkCase } from '../../../shared/model/shared-link-case.ts'
import type { CaseFault } from '../../../shared/model/simulation-case.ts'
import { caseMisfits, leastCarried, linkMisfits, MOST_PAGES } from './case-misfit.ts'
import { casesOnLink } from './simulate-shared-link.ts'

/** A fault of one migration by its place in the case. */
export const faultOfSharer = (fault: CaseFault, index: number): CaseFault => ({
  ...fault,
  field: `migrations.${index}.${fault.field}`,
})

/** All of them are in memory at once. */
const pageMisfits = ({ migrations }: SharedLinkCase): readonly CaseFault[] => {
  const pages = migrations.reduce((sum, each) => sum + Math.ceil(each.memoryBytes / each.pageBytes), 0)
  if (pages <= MOST_PAGES) return []
  return [
    { field: 'migrations', value: `${pages} pages`, allowed: `at most ${MOST_PAGES} pages of all together` },
  ]
}

/** Copies end only where the link carries more than is written to all disks meanwhile. */
const diskMisfits = ({ link, migrations }: SharedLinkCase): readonly CaseFault[] => {
  const written = migrations.reduce((sum, { disk }) => sum + (disk?.writeBytesPerSecond ?? 0), 0)
  const carried = leastCarried(link)
  if (written === 0 || written < carried) return []
  const allowed = `disk.writeBytesPerSecond of all together less than ${carried}, what the link carries at least: what is written is mirrored over it`
  return [{ field: 'migrations', value: `${written} bytes/s`, allowed }]
}

/** What does not fit together in several migrations over one link whose fields are each right. */
export const sharedLinkMisfits = (given: SharedLinkCase): readonly CaseFault[] => [
  ...linkMisfits(given.link),
  ...casesOnLink(given).flatMap((each, index) =>
    caseMisfits(each)
      .filter(({ field }) => field !== 'link.cuts')
      .map(fault => faultOfSharer(fault, index)),
  ),
  ...pageMisfits(given),
  ...diskMisfits(given),
]
