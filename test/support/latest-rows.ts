import { LatestRows } from '../../src/renderer/state/latest-rows.ts'
import { tableOf } from '../../src/shared/rpc/table.ts'

/** Rows as a window keeps them. */
export const latestRowsOf = <T extends { readonly vmId: string }>(rows: readonly T[]): LatestRows<T> =>
  LatestRows.none<T>().after({ ids: rows.map(({ vmId }) => vmId), rows: tableOf(rows, 'vmId') }, null)
