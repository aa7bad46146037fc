import type { CellFigures, Summary } from './policy-summary.ts'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const ROW = 18
const LABEL = 180
const WIDTH = 420

/** One horizontal bar a policy; ours in the accent. */
const bars = (cell: readonly CellFigures[], title: string, of: (one: CellFigures) => number): string => {
  const most = Math.max(...cell.map(of), 1e-9)
  const rows = cell
    .map((one, i) => {
      const width = (of(one) / most) * WIDTH
      const colour = one.policy === 'longshore' ? '#2f6fde' : '#9aa3ad'
      return `<text x="${LABEL - 6}" y="${i * ROW + 13}" text-anchor="end">${escaped(one.policy)}</text><rect x="${LABEL}" y="${i * ROW + 3}" width="${width.toFixed(1)}" height="${ROW - 6}" fill="${colour}"/><text x="${LABEL + width + 6}" y="${i * ROW + 13}">${of(one).toPrecision(3)}</text>`
    })
    .join('')
  return `<figure><figcaption>${escaped(title)}</figcaption><svg width="${LABEL + WIDTH + 80}" height="${cell.length * ROW + 6}" role="img" aria-label="${escaped(title)}">${rows}</svg></figure>`
}

/** The comparison as one page that needs nothing else: targets, and for each cell bars of the figures that matter. */
export const policyPage = ({ figures, targets }: Summary): string => {
  const cells = new Map<string, CellFigures[]>()
  for (const one of figures) {
    const key = `${one.link}, ${one.workload}`
    cells.set(key, [...(cells.get(key) ?? []), one])
  }
  const sections = [...cells]
    .map(
      ([name, cell]) =>
        `<section><h2>${escaped(name)}</h2><div>${[
          bars(cell, 'total time over its bound', one => one.totalMs / one.boundMs),
          bars(cell, 'unavailability, ms', one => one.unavailabilityMs),
          bars(cell, 'guest time lost, ms', one => one.lostGuestMs),
          bars(cell, 'bytes over content', one => one.bytesRatio),
          bars(cell, 'stated cost', one => one.cost),
        ].join('')}</div></section>`,
    )
    .join('')
  const rows = targets
    .map(
      ({ name, value, limit }) =>
        `<tr><td>${escaped(name)}</td><td>${value.toFixed(3)}</td><td>${limit}</td><td>${value <= limit + 1e-9 ? 'reached' : 'missed'}</td></tr>`,
    )
    .join('')
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Policies compared</title><style>body{font:13px system-ui,sans-serif;margin:24px;color:#1c2126;background:#fff}section div{display:flex;flex-wrap:wrap;gap:16px}figure{margin:0}svg text{font-size:11px;fill:#1c2126}table{border-collapse:collapse}td,th{padding:2px 12px 2px 0;text-align:right}td:first-child{text-align:left}</style><h1>Policies compared</h1><table><tr><th></th><th>ours</th><th>at most</th><th></th></tr>${rows}</table>${sections}</html>\n`
}
