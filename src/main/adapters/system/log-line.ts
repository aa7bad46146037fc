/** Names under which secrets travel; what stands under them is never written. */
const secretName = /password|session|token|secret|cookie|authorization/i

/** Enough for a stack with its causes; a line must not be able to fill the log alone. */
const longestLine = 32_768

const plain = (name: string, value: unknown): unknown => {
  if (name !== '' && secretName.test(name)) return '[secret]'
  if (typeof value === 'bigint') return value.toString()
  if (!(value instanceof Error)) return value
  const { name: kind, message, stack, cause } = value
  const code = 'code' in value ? value.code : undefined
  return {
    kind,
    message,
    code,
    stack: stack
      ?.split('\n')
      .slice(1, 8)
      .map(line => line.trim()),
    cause,
  }
}

/** One entry as a line of JSON with secrets left out, by the names they stand under. */
export const logLine = (entry: {
  readonly atMs: number
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly error?: unknown
  readonly facts?: Readonly<Record<string, unknown>>
}): string => {
  const { atMs, facts, ...rest } = entry
  const at = new Date(atMs).toISOString()
  const write = (value: object) => JSON.stringify(value, plain)
  let line: string
  try {
    line = write({ at, ...rest, ...facts })
  } catch {
    line = write({ at, level: entry.level, message: entry.message, facts: 'could not be written' })
  }
  return line.length <= longestLine
    ? line
    : write({ at, level: entry.level, message: entry.message.slice(0, 4_096), facts: 'too long' })
}
