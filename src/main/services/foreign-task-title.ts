import type { PoolTask } from '../../shared/model/pool-task.ts'

/** Longer names are cut. */
const MOST_CHARACTERS = 120

const words: Readonly<Record<string, string>> = {
  pool_migrate: 'Migrate',
  migrate_send: 'Migrate',
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

const short = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text

const workOf = ({ name, subject }: PoolTask): string => {
  if (subject === null) return name.replace(/^Async\./, '') || 'A task without a name'
  const operation = Object.hasOwn(words, subject.operation) ? words[subject.operation] : undefined
  return `${operation ?? sentence(subject.operation.replaceAll('_', ' '))} ${subject.name}`
}

/** What a pool does by somebody else's order, and whose where that is known. */
export const foreignTaskTitle = (task: PoolTask, poolName: string): string =>
  `${short(workOf(task))}, by ${task.by ?? 'another client'} on ${short(poolName)}`
