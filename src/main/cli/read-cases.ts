import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { z } from 'zod'
import { errorText, Failure } from '../../shared/failure.ts'
import { type CaseFault, type SimulationCase, simulationCase } from '../../shared/model/simulation-case.ts'
import { caseMisfits } from '../core/simulation/case-misfit.ts'

export type ReadCase =
  | { readonly kind: 'case'; readonly line: number; readonly given: SimulationCase }
  | { readonly kind: 'faults'; readonly line: number; readonly faults: readonly CaseFault[] }

/** So much of a wrong value is repeated. */
const MAX_QUOTED_CHARACTERS = 80

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )

const quoted = (value: unknown): string | number => {
  if (typeof value === 'number') return value
  const words = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return words.length > MAX_QUOTED_CHARACTERS ? `${words.slice(0, MAX_QUOTED_CHARACTERS)}...` : words
}

const faultOf = (value: unknown, issue: z.core.$ZodIssue): CaseFault => {
  const stranger = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const path = stranger === undefined ? issue.path : [...issue.path, stranger]
  return {
    field: path.map(String).join('.') || 'the case',
    value: quoted(at(value, path)),
    allowed: stranger === undefined ? issue.message : 'no field of this name',
  }
}

const parsed = (line: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(line) as unknown }
  } catch {
    return null
  }
}

const check = (value: unknown, line: number): ReadCase => {
  const read = simulationCase.safeParse(value)
  if (!read.success)
    return { kind: 'faults', line, faults: read.error.issues.map(issue => faultOf(value, issue)) }
  const faults = caseMisfits(read.data)
  return faults.length > 0 ? { kind: 'faults', line, faults } : { kind: 'case', line, given: read.data }
}

const notJson = (line: number, text: string): ReadCase => {
  const fault = { field: 'the case', value: quoted(text.trim()), allowed: 'a JSON object' }
  return { kind: 'faults', line, faults: [fault] }
}

/** The cases of a text: one JSON object over any number of lines, or JSON lines with a case each. Lines count from 1. */
export const casesOf = (whole: string): readonly ReadCase[] => {
  const plain = whole.replace(/^\uFEFF/, '')
  const single = parsed(plain)
  if (single !== null) return [check(single.value, 1)]
  return plain.split(/\r?\n/).flatMap((line, index): readonly ReadCase[] => {
    if (line.trim() === '') return []
    const one = parsed(line)
    return [one ? check(one.value, index + 1) : notJson(index + 1, line)]
  })
}

/** The cases of a file, or of standard input (`-`). */
export const readCases = async (input: string): Promise<readonly ReadCase[]> => {
  try {
    return casesOf(input === '-' ? await text(process.stdin) : await readFile(input, 'utf8'))
  } catch (error) {
    throw new Failure(
      {
        code: 'storage',
        message: `${input === '-' ? 'Standard input' : input} cannot be read: ${errorText(error)}.`,
        remedy: 'Name a file that is there and may be read, or - for standard input.',
      },
      error,
    )
  }
}

/** The faults of a case as one sentence. */
export const faultText = (line: number, faults: readonly CaseFault[]): string =>
  `line ${line}: ${faults.map(({ field, value, allowed }) => `${field} is ${value}; allowed: ${allowed}`).join('; ')}`
