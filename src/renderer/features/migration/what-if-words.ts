import type { Agreement, WhatIf } from '../../../shared/model/what-if.ts'
import { formatBytes, formatDuration } from '../../../shared/units.ts'
import { policyWords } from './migration-words.ts'

const offWords = (simulated: number, measured: number): string => {
  if (measured <= 0) return ''
  const percent = Math.round((simulated / measured - 1) * 100)
  return ` (${percent > 0 ? '+' : ''}${percent} %)`
}

const parts: readonly {
  readonly id: keyof Agreement
  readonly word: string
  readonly format: (value: number) => string
}[] = [
  { id: 'totalMs', word: 'total', format: formatDuration },
  { id: 'downtimeMs', word: 'pause', format: formatDuration },
  { id: 'bytesSent', word: 'sent', format: formatBytes },
]

/** How near the simulation comes to what happened, as one sentence; null where nothing happened. */
export const agreementWords = ({ agreement, measured }: WhatIf): string | null => {
  if (measured === null) return null
  const name = policyWords[measured.policy]
  if (agreement === null)
    return `How near this is cannot be said: ${measured.phase === 'completed' ? `${name} was not simulated` : 'the migration did not complete'}.`
  const told = parts.flatMap(({ id, word, format }) => {
    const pair = agreement[id]
    if (!pair) return []
    const { simulated, measured: happened } = pair
    return [
      `${word} ${format(simulated)} against ${format(happened)} measured${offWords(simulated, happened)}`,
    ]
  })
  return `What really ran, ${name}, simulated again: ${told.join(', ')}.`
}
