import type { FleetFacts, FleetLine } from './fleet-line.ts'
import type { FleetRow } from './fleet-rows.ts'
import { groupLine } from './group-line.ts'
import { vmLine } from './vm-line.ts'

/** What a row says now; nothing where what it stands for has just gone. */
export const lineOfRow = (row: FleetRow, facts: FleetFacts): FleetLine =>
  row.kind === 'vm' ? vmLine(row.vmId, facts) : groupLine(row, facts.fleet)
