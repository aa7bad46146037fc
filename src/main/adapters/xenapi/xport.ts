const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
}

const decoded = (text: string): string =>
  text.replace(/&(?:lt|gt|quot|apos|amp);/g, entity => entities[entity] ?? entity)

/**
 * The XML of `/rrd_updates` (`xport`) in the shape of its JSON, numbers as text. Only the few elements that matter are
 * looked for; text that holds none of them comes out as a document without step, which no reader takes.
 */
export const parseXport = (text: string): unknown => {
  const legend: string[] = []
  const data: { t: string; values: string[] }[] = []
  let step: string | undefined
  for (const [, tag, content = ''] of text.matchAll(/<(step|entry|t|v)>([^<]*)</g)) {
    if (tag === 'step') step ??= content
    else if (tag === 'entry') legend.push(decoded(content))
    else if (tag === 't') data.push({ t: content, values: [] })
    else data.at(-1)?.values.push(content)
  }
  return { meta: { step, legend }, data }
}
