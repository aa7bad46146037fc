/** The group of each value when values are cut into `count` groups of equally many; equal values share a group. */
export const quantileGroups = (values: readonly number[], count: number): readonly number[] => {
  const sorted = [...values].sort((a, b) => a - b)
  const edges = Array.from(
    { length: count - 1 },
    (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / count)] ?? 0,
  )
  return values.map(value => edges.filter(edge => value >= edge).length)
}

const membersByGroup = (values: readonly number[], groups: readonly number[]) => {
  const members = new Map<number, number[]>()
  groups.forEach((group, at) => {
    const list = members.get(group) ?? []
    list.push(values[at] ?? 0)
    members.set(group, list)
  })
  return [...members.values()]
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** One-way ANOVA: variance of the targets between groups over that within; 0 where there is only one group. */
export const anovaF = (targets: readonly number[], groups: readonly number[]): number => {
  const members = membersByGroup(targets, groups)
  if (members.length < 2) return 0
  const mean = meanOf(targets)
  const between = members.reduce((sum, list) => sum + list.length * (meanOf(list) - mean) ** 2, 0)
  const within = members.reduce((sum, list) => {
    const own = meanOf(list)
    return sum + list.reduce((squares, value) => squares + (value - own) ** 2, 0)
  }, 0)
  return between / (members.length - 1) / (within / (targets.length - members.length))
}

/** Pearson's chi-square of independence of two groupings of the same items. */
export const chiSquare = (a: readonly number[], b: readonly number[]): number => {
  const count = (groups: readonly number[], group: number) => groups.filter(each => each === group).length
  let sum = 0
  for (const left of new Set(a))
    for (const right of new Set(b)) {
      const expected = (count(a, left) * count(b, right)) / a.length
      const observed = a.filter((group, at) => group === left && b[at] === right).length
      sum += (observed - expected) ** 2 / expected
    }
  return sum
}
