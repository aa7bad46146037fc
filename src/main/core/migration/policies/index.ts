import type { PolicyName } from '../../../../shared/model/migration.ts'
import type { Policy } from '../policy.ts'
import { hybridStatic, hybridStaticPreempt } from './hybrid-static.ts'
import { longshore } from './longshore.ts'
import { postCopy, postCopyPreempt } from './post-copy.ts'
import { preCopyAutoConverge } from './pre-copy-auto-converge.ts'
import { preCopyQemu } from './pre-copy-qemu.ts'
import { preCopyXen, preCopyXenUpstream } from './pre-copy-xen.ts'
import { s1 } from './s1.ts'
import { s1Published } from './s1-published.ts'
import { s2 } from './s2.ts'
import { s3 } from './s3.ts'
import { s4 } from './s4.ts'
import { stallSwitch } from './stall-switch.ts'

/** Every policy by name. */
export const policies: Readonly<Record<PolicyName, Policy>> = {
  longshore,
  s1,
  's1-published': s1Published,
  s2,
  s3,
  s4,
  'pre-copy-xen': preCopyXen,
  'pre-copy-xen-upstream': preCopyXenUpstream,
  'pre-copy-qemu': preCopyQemu,
  'pre-copy-auto-converge': preCopyAutoConverge,
  'post-copy': postCopy,
  'post-copy-preempt': postCopyPreempt,
  'hybrid-static': hybridStatic,
  'hybrid-static-preempt': hybridStaticPreempt,
  'stall-switch': stallSwitch,
}
