import { useEffect, useMemo, useState } from 'react'
import type { Decision } from '../../../shared/model/decision.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import { useClient, useDecisions } from '../../state/index.ts'
import { lacksVerdicts } from './round-verdicts.ts'

const NONE: readonly Decision[] = []

/** Decisions by id, those of this migration among them: a window keeps the latest, of an older migration they are asked for. */
export const useMigrationDecisions = (migration: Migration): ReadonlyMap<string, Decision> => {
  const client = useClient()
  const latest = useDecisions(state => state.byId)
  const isLive = useDecisions(state => state.feed.state === 'live')
  const [older, setOlder] = useState(NONE)
  const migrationId = migration.id
  const isLacking = isLive && lacksVerdicts(migration, latest)
  useEffect(() => {
    if (!client || !isLacking) return
    const abort = new AbortController()
    client.call('decision.ofMigration', { migrationId }, abort.signal).then(
      ({ decisions }) => setOlder(decisions),
      // The migration itself says in words why its pre-copy ended.
      () => {},
    )
    return () => abort.abort()
  }, [client, isLacking, migrationId])
  return useMemo(
    () =>
      older.length === 0 ? latest : new Map([...older.map(each => [each.id, each] as const), ...latest]),
    [older, latest],
  )
}
