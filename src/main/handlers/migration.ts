import type { migrationContract } from '../../shared/contract/migration.ts'
import type { Handlers } from '../../shared/rpc/contract.ts'
import type { ManualMigration } from '../services/manual-migration.ts'
import type { Migrator } from '../services/migrator.ts'
import type { WhatIfs } from '../services/what-ifs.ts'

export const migrationHandlers = ({
  migrator,
  manual,
  whatIfs,
}: {
  migrator: Migrator
  manual: ManualMigration
  whatIfs: WhatIfs
}): Handlers<typeof migrationContract> => ({
  'migration.watch': async function* (_, signal) {
    for await (const migrations of migrator.states.watch(signal)) yield { migrations }
  },
  'migration.check': async ({ vmId }, signal) => ({ hosts: await manual.check(vmId, signal) }),
  'migration.start': async order => ({ migrationId: await manual.start(order) }),
  'migration.control': async ({ migrationId, command }) => {
    await migrator.control(migrationId, { kind: command })
    return null
  },
  'migration.compare': ({ migrationId }, signal) => whatIfs.watchMigration(migrationId, signal),
  'migration.setBandwidth': async ({ migrationId, bytesPerSecond }) => {
    await migrator.control(migrationId, { kind: 'bandwidth', bytesPerSecond: bytesPerSecond ?? null })
    return null
  },
})
