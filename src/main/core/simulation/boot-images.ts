import { PageSet } from '../numeric/page-set.ts'
import { NO_CLASS, type PageLayout } from './page-layout.ts'

/** What the destination has of a VM before its source sends memory, and what the checkpoint lacks (S3). */
export interface BootImages {
  /** Pages that the profile brings from the NAS as they are: of those it names, the ones never written since. */
  readonly fromProfile: PageSet
  /** Pages dirty since the checkpoint: they are missing when it has arrived. */
  readonly sinceCheckpoint: PageSet
  readonly profileBytes: number
  readonly nasBytesPerMs: number
}

export interface ImageSizes {
  readonly profilePages: number
  /** Pages of the checkpoint besides the profile's; null: everything. */
  readonly checkpointPages: number | null
}

const isZero = ({ zeroSpans, pages }: PageLayout): PageSet => {
  const zeros = new PageSet(pages)
  for (const span of zeroSpans)
    for (let page = span.start; page < span.start + span.pages; page++) zeros.add(page)
  return zeros
}

/** Pages with content: those that nobody writes first, then the others, each in address order. */
const contentPages = (layout: PageLayout): readonly number[] => {
  const zeros = isZero(layout)
  const [still, written]: [number[], number[]] = [[], []]
  for (let page = 0; page < layout.pages; page++)
    if (!zeros.has(page)) (layout.classOf[page] === NO_CLASS ? still : written).push(page)
  return [...still, ...written]
}

/**
 * Deals pages to profile, checkpoint and what was dirtied after it. Boot blocks and old state are what is written least,
 * so pages that nobody writes go to the profile first and to the checkpoint next.
 */
export const dealImages = (
  layout: PageLayout,
  { profilePages, checkpointPages }: ImageSizes,
): Pick<BootImages, 'fromProfile' | 'sinceCheckpoint'> => {
  const content = contentPages(layout)
  const fromProfile = new PageSet(layout.pages)
  const sinceCheckpoint = new PageSet(layout.pages)
  for (const page of content.slice(0, profilePages))
    if (layout.classOf[page] === NO_CLASS) fromProfile.add(page)
  if (checkpointPages !== null)
    for (const page of content.slice(profilePages + checkpointPages)) sinceCheckpoint.add(page)
  return { fromProfile, sinceCheckpoint }
}
