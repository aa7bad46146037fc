import type { PolicyName } from '../../../../shared/model/migration.ts'
import type { Policy } from '../policy.ts'
import { longshore } from './longshore.ts'
import { preCopyXen, preCopyXenUpstream } from './pre-copy-xen.ts'
import { s1 } from './s1.ts'
import { s2 } from './s2.ts'
import { s3 } from './s3.ts'
import { s4 } from './s4.ts'

/** Every policy by name. */
export const policies: Readonly<Record<PolicyName, Policy>> = {
  longshore,
  s1,
  s2,
  s3,
  s4,
  'pre-copy-xen': preCopyXen,
  'pre-copy-xen-upstream': preCopyXenUpstream,
}
