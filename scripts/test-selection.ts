import { SetUpError } from './set-up-error.mjs'

const vitestSuites: readonly string[] = ['unit', 'contract', 'integration']

/** Which tests to run: what is handed to each runner, or undefined where it is not asked for. */
export interface Selection {
  readonly vitest: readonly string[] | undefined
  readonly playwright: readonly string[] | undefined
  /** Only tests whose name matches. */
  readonly namePattern: string | undefined
}

/** Reads `npm test -- unit e2e`, `-- unit/trigger`, `-- test/unit/trigger.test.ts` and `-t <name>`; nothing means all. */
export const selectTests = (args: readonly string[]): Selection => {
  const patternAt = args.indexOf('-t')
  const namePattern = patternAt === -1 ? undefined : args[patternAt + 1]
  const places = (patternAt === -1 ? args : args.toSpliced(patternAt, 2)).map(arg =>
    arg.replace(/^(\.\/)?test\//, ''),
  )
  const wrong = places.find(place => ![...vitestSuites, 'e2e'].includes(suiteOf(place)))
  if (wrong !== undefined)
    throw new SetUpError({
      message: `'${wrong}' names no tests.`,
      remedy: `Say one of ${vitestSuites.join(', ')}, e2e, or a file below one of them.`,
    })
  if (places.length === 0)
    return { vitest: vitestSuites.map(suite => `test/${suite}/`), playwright: [], namePattern }
  const below = (isWanted: (suite: string) => boolean) => places.filter(place => isWanted(suiteOf(place)))
  const vitest = below(suite => vitestSuites.includes(suite)).map(
    place => `test/${place}${place.includes('/') ? '' : '/'}`,
  )
  const e2e = below(suite => suite === 'e2e')
  return {
    vitest: vitest.length === 0 ? undefined : vitest,
    playwright: e2e.length === 0 ? undefined : e2e.includes('e2e') ? [] : e2e,
    namePattern,
  }
}

const suiteOf = (place: string): string => place.split('/')[0] ?? ''
