import type { z } from 'zod'
import type { CaseFault } from '../../shared/model/simulation-case.ts'
import { defaultThresholds } from '../core/decision/thresholds.ts'

type Issue = z.core.$ZodIssue

/** So much of a wrong value is repeated. */
const MAX_QUOTED_CHARACTERS = 80
/** So many faults of one case are told. */
const MAX_FAULTS = 20

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )

/** A wrong value as it is told: numbers as such, everything else in words, cut short. */
export const quoted = (value: unknown): string | number => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  const words = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'missing')
  return words.length > MAX_QUOTED_CHARACTERS ? `${words.slice(0, MAX_QUOTED_CHARACTERS)}...` : words
}

const kinds: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  array: 'a list',
  object: 'an object',
  record: 'an object of numbers by name',
}

/** What a limit counts: the value of a number, the entries of a list, the characters of a text. */
const counted = (origin: string, limit: string): string => {
  if (origin === 'array') return `a list with a length of ${limit}`
  return origin === 'string' ? `a text with a length of ${limit}` : `a number of ${limit}`
}

const listed = (options: readonly unknown[]): string => `one of ${options.map(String).join(', ')}`

const allowedBy = (issue: Issue): string => {
  switch (issue.code) {
    case 'too_small':
      return issue.inclusive === false
        ? `a number above ${issue.minimum}`
        : counted(issue.origin, `at least ${issue.minimum}`)
    case 'too_big':
      return issue.inclusive === false
        ? `a number below ${issue.maximum}`
        : counted(issue.origin, `at most ${issue.maximum}`)
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected
    case 'invalid_value':
      return listed(issue.values)
    case 'unrecognized_keys':
      return 'no field of this name'
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? listed(issue.options)
        : issue.errors.flatMap(branch => branch.slice(0, 1).map(allowedBy)).join(', or ')
    default:
      return issue.message
  }
}

/** Of a choice between shapes, what is wrong with the one that was meant: the one whose fields were looked at. */
const meant = (issue: Issue): readonly Issue[] => {
  if (issue.code !== 'invalid_union') return [issue]
  const branch = issue.errors.find(([first]) => first !== undefined && first.path.length > 0)
  return branch?.map(inner => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue]
}

/** Thresholds of a name that zod leaves out of a record without a word; no threshold has it. */
export const droppedNames = (value: unknown, base: readonly PropertyKey[] = []): readonly CaseFault[] => {
  const path = [...base, 'policy', 'thresholds']
  const thresholds = at(value, path)
  if (typeof thresholds !== 'object' || thresholds === null || !Object.hasOwn(thresholds, '__proto__'))
    return []
  const dropped = [...path, '__proto__']
  const allowed = listed(Object.keys(defaultThresholds))
  return [{ field: dropped.map(String).join('.'), value: quoted(at(value, dropped)), allowed }]
}

const pathsOf = (issue: Issue): readonly (readonly PropertyKey[])[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map(key => [...issue.path, key]) : [issue.path]

/** What a schema finds wrong with a case, in plain words and once by field; the first twenty. */
export const faultsOf = (value: unknown, issues: readonly Issue[]): readonly CaseFault[] => {
  const faults = new Map<string, CaseFault>()
  for (const issue of issues.slice(0, MAX_FAULTS).flatMap(meant))
    for (const path of pathsOf(issue)) {
      const field = path.map(String).join('.') || 'the case'
      faults.set(field, { field, value: quoted(at(value, path)), allowed: allowedBy(issue) })
    }
  return [...faults.values()].slice(0, MAX_FAULTS)
}
