import type { Hit } from './shape.ts'

/** The hit under a point; where two overlap, the later drawn. */
export const hitAt = (hits: readonly Hit[], x: number, y: number): Hit | undefined =>
  hits.findLast(({ box }) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height)
