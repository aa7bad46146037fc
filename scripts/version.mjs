/** better-sqlite3 13 ends Node 20 with a segmentation fault, and older ones cannot run TypeScript sources. */
export const oldestNode = '22.18.0'

/**
 * Below zero when `left` is the older version, zero when they are equal, above when it is the newer.
 * @param {string} left
 * @param {string} right
 */
export const compareVersions = (left, right) => {
  const [leftParts, rightParts] = [left, right].map(version =>
    version.replace(/^v/, '').split('.').map(Number),
  )
  for (const part of [0, 1, 2]) {
    const difference = (leftParts?.[part] ?? 0) - (rightParts?.[part] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** @param {string} version */
export const isNewEnough = version => compareVersions(version, oldestNode) >= 0
