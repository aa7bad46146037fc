import { type Ending, type EngineState, isRevocable, type Ledger } from './engine-state.ts'

const OPERATORS = ['The operator asked for it.']

/** The end of pre-copy by the host's own rule. */
export const endingByHost = ({ rounds }: Ledger, atMs: number): Ending => ({
  kind: 'stop-and-copy',
  atMs,
  afterRound: rounds.length,
  reasons: ['The host ended pre-copy by its own rule.'],
})

/** How pre-copy ended with a pause at `atMs`: as the operator had asked, as the policy had said, or by the host's rule. */
export const endingAtPause = ({ stage, ledger }: EngineState, atMs: number): Ending => {
  if (!isRevocable(stage)) return endingByHost(ledger, atMs)
  const afterRound = ledger.rounds.length
  if (stage.requested === 'switch') return { kind: 'post-copy', atMs, afterRound, reasons: OPERATORS }
  if (stage.requested === 'stop-and-copy')
    return { kind: 'stop-and-copy', atMs, afterRound, reasons: OPERATORS }
  const announced = 'announced' in stage ? stage.announced : null
  if (announced) return announced
  return stage.phase === 'switching'
    ? { kind: 'post-copy', atMs, afterRound, reasons: OPERATORS }
    : endingByHost(ledger, atMs)
}
