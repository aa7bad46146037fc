import { Failure } from '../../shared/failure.ts'
import { type SharedLinkCase, sharedLinkCase } from '../../shared/model/shared-link-case.ts'
import { type CaseFault, type SimulationCase, simulationCase } from '../../shared/model/simulation-case.ts'
import { caseMisfits } from '../core/simulation/case-misfit.ts'
import { sharedLinkMisfits } from '../core/simulation/shared-link-misfit.ts'
import { droppedNames, faultsOf, quoted } from './case-faults.ts'
import { inputName, readInput } from './read-input.ts'

export type ReadCase =
  | { readonly kind: 'case'; readonly line: number; readonly given: SimulationCase }
  | { readonly kind: 'shared-link'; readonly line: number; readonly given: SharedLinkCase }
  | { readonly kind: 'faults'; readonly line: number; readonly faults: readonly CaseFault[] }

/** Two million small cases, which take 2 GB of memory: they are held all at once. */
const MOST_INPUT_BYTES = 256 * 2 ** 20

/** Texts, which stay as they are, and the numbers that JSON has no words for but many programs write. */
const textOrStranger = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g

const asJson = (text: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return null
  }
}

/** A case that holds NaN or Infinity is read all the same, so that the field can be named that has it. */
const parsed = (text: string): { readonly value: unknown } | null =>
  asJson(text) ??
  asJson(text.replace(textOrStranger, found => (found.startsWith('"') ? found : `"${found}"`)))

const checkSharedLink = (value: unknown, line: number): ReadCase => {
  const read = sharedLinkCase.safeParse(value)
  if (!read.success) return { kind: 'faults', line, faults: faultsOf(value, read.error.issues) }
  const dropped = read.data.migrations.flatMap((_, index) => droppedNames(value, ['migrations', index]))
  const faults = [...dropped, ...sharedLinkMisfits(read.data)]
  return faults.length > 0
    ? { kind: 'faults', line, faults }
    : { kind: 'shared-link', line, given: read.data }
}

const check = (value: unknown, line: number): ReadCase => {
  if (typeof value === 'object' && value !== null && 'migrations' in value)
    return checkSharedLink(value, line)
  const read = simulationCase.safeParse(value)
  if (!read.success) return { kind: 'faults', line, faults: faultsOf(value, read.error.issues) }
  const faults = [...droppedNames(value), ...caseMisfits(read.data)]
  return faults.length > 0 ? { kind: 'faults', line, faults } : { kind: 'case', line, given: read.data }
}

const notJson = (line: number, text: string): ReadCase => {
  const fault = { field: 'the case', value: quoted(text.trim()), allowed: 'a JSON object' }
  return { kind: 'faults', line, faults: [fault] }
}

/** Whether text that is no JSON was meant as one object over several lines, and not as a case a line. */
const isOneObject = (lines: readonly string[]): boolean => {
  const first = lines.find(line => line.trim() !== '')?.trim() ?? ''
  return first.startsWith('{') && !first.endsWith('}') && !lines.some(line => line.trim().startsWith('{"'))
}

const caseOfLine = (line: string, number: number): ReadCase => {
  const read = parsed(line)
  return read ? check(read.value, number) : notJson(number, line)
}

/** The cases of a text: one JSON object over any number of lines, or JSON lines with a case each. Lines count from 1. */
export const casesOf = (whole: string): readonly ReadCase[] => {
  const plain = whole.replace(/^\uFEFF/, '')
  const lines = plain.split(/\r?\n/)
  const first = lines.find(line => line.trim() !== '')
  if (first !== undefined && parsed(first) === null) {
    const single = parsed(plain)
    if (single !== null) return [check(single.value, 1)]
    if (isOneObject(lines)) return [notJson(1, plain)]
  }
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [caseOfLine(line, index + 1)]))
}

/** The cases of a file, or of standard input (`-`): at least one. */
export const readCases = async (input: string): Promise<readonly ReadCase[]> => {
  const cases = casesOf(await readInput(input, MOST_INPUT_BYTES))
  if (cases.length > 0) return cases
  throw new Failure({
    code: 'invalid-input',
    message: `${inputName(input)} is empty: there is no case in it.`,
    remedy: 'Give a JSON object, or JSON lines with a case each; --schema prints what a case looks like.',
  })
}

/** So many of the cases that were skipped are told at the end. */
const MOST_TOLD = 20

/** Nothing where every case was gone through; else a Failure that lists those that `command` skipped, as `faultText` tells them. */
export const assertNoneSkipped = (
  command: 'simulate' | 'predict',
  cases: readonly ReadCase[],
  skipped: readonly string[],
): void => {
  if (skipped.length === 0) return
  const told = skipped.slice(0, MOST_TOLD).join('\n  ')
  throw new Failure({
    code: 'invalid-input',
    message: `${skipped.length} of ${cases.length} cases ${skipped.length === 1 ? 'was' : 'were'} skipped:\n  ${told}`,
    remedy: `Correct them; longshore ${command} --schema prints what is allowed.`,
  })
}

/** The faults of a case as one sentence. */
export const faultText = (line: number, faults: readonly CaseFault[]): string =>
  `line ${line}: ${faults.map(({ field, value, allowed }) => `${field} is ${value}; allowed: ${allowed}`).join('; ')}`
