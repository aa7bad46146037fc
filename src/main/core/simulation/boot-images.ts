import type { SimulationCase } from '../../../shared/model/simulation-case.ts'
import type { Policy } from '../migration/policy.ts'
import { PageSet } from '../numeric/page-set.ts'
import { streamBytesPerSecond } from './network-path.ts'
import { NO_CLASS, type PageLayout } from './page-layout.ts'

/** Sizes of what goes ahead of a VM's memory (S3), and how fast the profile comes. */
export interface ImagePlan {
  readonly profileBytes: number
  readonly nasBytesPerMs: number
  readonly profilePages: number
  /** Pages of the checkpoint besides the profile's; null: everything. */
  readonly checkpointPages: number | null
}

/** Which pages these are. */
export interface BootImages extends ImagePlan {
  /** Pages that the profile brings from the NAS as they are: of those it names, the ones never written since. */
  readonly fromProfile: PageSet
  /** Pages dirty since the checkpoint: they are missing when it has arrived. */
  readonly sinceCheckpoint: PageSet
}

/** Profile and checkpoint of a case under a policy that starts from them; the NAS is as fast as the link where nobody says. */
export const imagePlanOf = (given: SimulationCase, { startsFrom }: Policy): ImagePlan | null => {
  const { profileBytes = 0, checkpointBytes, pageBytes, link } = given
  if (startsFrom !== 'images' || (profileBytes === 0 && checkpointBytes === undefined)) return null
  return {
    profileBytes,
    nasBytesPerMs: (given.nasBytesPerSecond ?? streamBytesPerSecond(link)) / 1000,
    profilePages: Math.floor(profileBytes / pageBytes),
    checkpointPages: checkpointBytes === undefined ? null : Math.ceil(checkpointBytes / pageBytes),
  }
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
export const dealImages = (layout: PageLayout, plan: ImagePlan): BootImages => {
  const { profilePages, checkpointPages } = plan
  const content = contentPages(layout)
  const fromProfile = new PageSet(layout.pages)
  const sinceCheckpoint = new PageSet(layout.pages)
  for (const page of content.slice(0, profilePages))
    if (layout.classOf[page] === NO_CLASS) fromProfile.add(page)
  if (checkpointPages !== null)
    for (const page of content.slice(profilePages + checkpointPages)) sinceCheckpoint.add(page)
  return { ...plan, fromProfile, sinceCheckpoint }
}
