import type { DirtyFigure, DirtyWindow, WorkingSet } from '../../../shared/model/working-set.ts'
import { curveAt } from './dirty-curve.ts'
import { fitDirtyCurve } from './fit-dirty-curve.ts'

/** What a working set is told for, ms. */
const FIGURES_MS = [100, 1_000, 10_000]
/** Windows whose lengths differ by less than this ratio are of one length. */
const SAME_LENGTH = 1.1
/** More windows tell nothing more. */
const MOST_WINDOWS = 12

const isSameLength = (a: number, b: number): boolean => Math.max(a, b) < SAME_LENGTH * Math.min(a, b)

/** One window of each length, the newest, shortest first. */
const oneOfEachLength = (windows: readonly DirtyWindow[]): readonly DirtyWindow[] => {
  const kept: DirtyWindow[] = []
  for (const window of [...windows].sort((a, b) => b.atMs - a.atMs)) {
    if (kept.length === MOST_WINDOWS) break
    if (!kept.some(other => isSameLength(other.windowMs, window.windowMs))) kept.push(window)
  }
  return kept.sort((a, b) => a.windowMs - b.windowMs)
}

interface Guest {
  readonly vmId: string
  readonly memoryPages: number
}

/**
 * The working set that windows read of a VM at about the same time tell, rounds of a migration among them: measured where
 * a window was as long, else estimated by the fitted curve within what the windows allow. Null without windows.
 */
export const workingSetOf = (
  { vmId, memoryPages }: Guest,
  given: readonly DirtyWindow[],
): WorkingSet | null => {
  const windows = oneOfEachLength(given)
  if (windows.length === 0) return null
  const classes = fitDirtyCurve(windows, memoryPages)
  const figureOf = (windowMs: number): DirtyFigure => {
    const read = windows.find(window => isSameLength(window.windowMs, windowMs))
    if (read) return { origin: 'measured', windowMs, pages: read.pages, atMs: read.atMs }
    return { origin: 'estimated', ...curveAt({ windows, classes, memoryPages }, windowMs) }
  }
  return {
    vmId,
    atMs: Math.max(...windows.map(({ atMs }) => atMs)),
    memoryPages,
    windows,
    classes,
    figures: FIGURES_MS.map(figureOf),
  }
}

/** Whether a working set rests on windows of different lengths; one length tells no curve. */
export const hasCurve = ({ windows }: Pick<WorkingSet, 'windows'>): boolean => windows.length > 1
