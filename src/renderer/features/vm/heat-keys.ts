import { type HeatView, panView, wholeView, zoomView } from '../../charts/heat-grid/view.ts'

/** One step closer; its inverse is one step away. */
export const ZOOM_STEP = 0.5
/** Share of what is shown by which an arrow key moves: a column's worth sideways would be too small to see. */
const ARROW_SHARE = 0.1
const PAGE_SHARE = 0.5

interface Memory {
  readonly totalPages: number
  readonly regionPages: number
}

/** What a key does to the view of a page heatmap; undefined when it is none of its keys. */
export const viewAfterHeatKey = (key: string, view: HeatView, memory: Memory): HeatView | undefined => {
  switch (key) {
    case '+':
    case '=':
      return zoomView(view, { factor: ZOOM_STEP, at: 0.5 }, memory)
    case '-':
      return zoomView(view, { factor: 1 / ZOOM_STEP, at: 0.5 }, memory)
    case '0':
      return wholeView(memory.totalPages)
    case 'ArrowLeft':
      return panView(view, -ARROW_SHARE, memory.totalPages)
    case 'ArrowRight':
      return panView(view, ARROW_SHARE, memory.totalPages)
    case 'ArrowUp':
      return panView(view, -PAGE_SHARE, memory.totalPages)
    case 'ArrowDown':
      return panView(view, PAGE_SHARE, memory.totalPages)
    default:
      return undefined
  }
}
