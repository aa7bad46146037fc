import { useCallback } from 'react'
import type { Migration } from '../../../shared/model/migration.ts'
import { hashOf, isRunning, useApp, useFleet, useMigrations } from '../../state/index.ts'
import { Awaiting } from '../../ui/Awaiting.tsx'
import { Blank } from '../../ui/Blank.tsx'
import { EndingReasons } from './EndingReasons.tsx'
import { ExportMenu } from './ExportMenu.tsx'
import { FailureNotice } from './FailureNotice.tsx'
import { HeatSummary } from './HeatSummary.tsx'
import { MigrationActions } from './MigrationActions.tsx'
import { MigrationFigures } from './MigrationFigures.tsx'
import { MigrationHeader } from './MigrationHeader.tsx'
import { MigrationsAside } from './MigrationsAside.tsx'
import styles from './migration.module.css'
import { PhaseTimeline } from './PhaseTimeline.tsx'
import { PredictionTable } from './PredictionTable.tsx'
import { RoundsTable } from './RoundsTable.tsx'
import { TaskProgress } from './TaskProgress.tsx'
import { timelineRemarks } from './timeline-remarks.ts'
import { timelineSummary } from './timeline-summary.ts'
import { useMigrationDecisions } from './use-migration-decisions.ts'
import { useMigrationMoment } from './use-migration-moment.ts'
import { WhatIfSection } from './WhatIfSection.tsx'

const Known = ({ migration }: { readonly migration: Migration }) => {
  const hostsById = useFleet(state => state.hostsById)
  const hostName = useCallback((hostId: string) => hostsById.get(hostId)?.name ?? hostId, [hostsById])
  const decisions = useMigrationDecisions(migration)
  const { read, elapsedMs } = useMigrationMoment(migration, decisions)
  const allowedMs = useApp(state => state.status?.thresholds.slaDowntime?.value ?? null)
  const running = isRunning(migration)
  const timeline = read()
  return (
    <article className={styles.screen}>
      <MigrationHeader migration={migration} hostName={hostName} elapsedMs={elapsedMs} />
      <FailureNotice migration={migration} hostName={hostName} />
      <TaskProgress migration={migration} />
      <section className={styles.panel}>
        <PhaseTimeline
          read={read}
          isLive={running}
          summary={timelineSummary(migration, timeline.elapsedMs)}
        />
        {timelineRemarks(migration).map(remark => (
          <p key={remark} className={styles.remark}>
            {remark}
          </p>
        ))}
      </section>
      <div className={styles.foot}>
        <MigrationFigures migration={migration} elapsedMs={timeline.elapsedMs} allowedMs={allowedMs} />
        <div className={styles.actions}>
          {running && <MigrationActions migration={migration} />}
          <ExportMenu migration={migration} read={read} hostName={hostName} />
        </div>
      </div>
      <EndingReasons migration={migration} decisions={decisions} switchRatio={timeline.switchRatio} />
      <div className={styles.tables}>
        <PredictionTable migration={migration} />
        {timeline.rounds.length > 0 && <RoundsTable rounds={timeline.rounds} />}
        {migration.heat && <HeatSummary heat={migration.heat} />}
      </div>
      {!running && <WhatIfSection migration={migration} />}
    </article>
  )
}

/** One migration: every round, the pause, the post-copy tail, and why each came when it did. */
export const MigrationScreen = ({ migrationId }: { readonly migrationId: string }) => {
  const migration = useMigrations(state => state.byId.get(migrationId))
  const feed = useMigrations(state => state.feed)
  if (migration)
    return (
      <div className={styles.beside}>
        <MigrationsAside migrationId={migrationId} />
        <Known key={migration.id} migration={migration} />
      </div>
    )
  if (feed.state === 'awaiting') return <Awaiting what="the migrations" sinceMs={feed.sinceMs} />
  return (
    <Blank title="No such migration" action={<a href={hashOf({ screen: 'migrations' })}>All migrations</a>}>
      {`There is no migration with the id ${migrationId}. It may be older than what is kept.`}
    </Blank>
  )
}
