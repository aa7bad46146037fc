import type { decisionContract } from '../../shared/contract/decision.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { Decisions } from '../services/decisions.ts'

export const decisionHandlers = ({
  decisions,
}: {
  decisions: Decisions
}): Handlers<typeof decisionContract> => ({
  'decision.watch': async function* (_, signal) {
    for await (const latest of decisions.states.watch(signal)) yield { decisions: latest.toReversed() }
  },
  'decision.ofMigration': async ({ migrationId }) => ({
    decisions: await decisions.ofMigration(migrationId),
  }),
})
