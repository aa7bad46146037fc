import { failuresSurvived, tellPlan } from './failover-plan.ts'
import type { XapiRecord } from './xapi-database.ts'
import { XapiError } from './xapi-error.ts'
import { done, long, map, type NamedMethods, quick, text, type XapiParts } from './xapi-method.ts'

/** A count of hosts; integers come as digits over XML. */
const wholeNumber = (value: unknown): number => {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 0) return number
  throw new XapiError('FIELD_TYPE_ERROR', 'value')
}

/** What a pool does as a whole: high availability, and Workload Balancing by a server of its own. */
export const poolMethods = (parts: XapiParts): NamedMethods => [
  ...availabilityMethods(parts),
  ...balancingMethods(parts),
]

const availabilityMethods = (parts: XapiParts): NamedMethods => {
  const { pool, database } = parts
  const record = () => database.get('pool', pool.poolRef)
  const write = (fields: XapiRecord) => {
    database.change('pool', pool.poolRef, fields)
    tellPlan(parts)
  }
  const assertEnabled = (wanted: boolean) => {
    if (record().ha_enabled === wanted) return
    throw new XapiError(wanted ? 'HA_NOT_ENABLED' : 'HA_IS_ENABLED')
  }
  return [
    [
      'pool.enable_ha',
      long(2, 2, async args => {
        assertEnabled(false)
        const [storage] = Array.isArray(args[0]) ? args[0] : []
        database.get('SR', String(storage))
        write({ ha_enabled: true, ha_statefiles: [storage], ha_configuration: map(args, 1) })
        return ''
      }),
    ],
    [
      'pool.disable_ha',
      long(0, 0, async () => {
        assertEnabled(true)
        write({ ha_enabled: false, ha_statefiles: [], ha_configuration: {} })
        return ''
      }),
    ],
    ['pool.ha_compute_max_host_failures_to_tolerate', quick(0, () => failuresSurvived(parts))],
    [
      'pool.ha_compute_hypothetical_max_host_failures_to_tolerate',
      quick(1, args => failuresSurvived(parts, map(args, 0))),
    ],
    ['pool.ha_failover_plan_exists', quick(1, args => failuresSurvived(parts) >= wholeNumber(args[0]))],
    [
      'pool.set_ha_host_failures_to_tolerate',
      quick(2, args => {
        database.get('pool', text(args, 0))
        const wanted = wholeNumber(args[1])
        const { ha_enabled, ha_allow_overcommit } = record()
        if (ha_enabled === true && ha_allow_overcommit !== true && wanted > failuresSurvived(parts))
          throw new XapiError('HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN')
        return done(() => write({ ha_host_failures_to_tolerate: wanted }))
      }),
    ],
  ]
}

const balancingMethods = ({ pool, database }: XapiParts): NamedMethods => {
  const write = (fields: XapiRecord) => database.change('pool', pool.poolRef, fields)
  const assertInitialized = () => {
    if (database.get('pool', pool.poolRef).wlb_url === '') throw new XapiError('WLB_NOT_INITIALIZED')
  }
  return [
    [
      'pool.initialize_wlb',
      quick(5, args => {
        const [wlb_url, wlb_username] = [text(args, 0), text(args, 1)]
        return done(() => write({ wlb_url, wlb_username }))
      }),
    ],
    [
      'pool.deconfigure_wlb',
      quick(0, () => done(() => write({ wlb_url: '', wlb_username: '', wlb_enabled: false }))),
    ],
    [
      'pool.set_wlb_enabled',
      quick(2, args => {
        database.get('pool', text(args, 0))
        if (typeof args[1] !== 'boolean') throw new XapiError('FIELD_TYPE_ERROR', 'value')
        assertInitialized()
        const enabled = args[1]
        return done(() => write({ wlb_enabled: enabled }))
      }),
    ],
    [
      'pool.retrieve_wlb_configuration',
      quick(0, () => {
        assertInitialized()
        return {}
      }),
    ],
    [
      'pool.retrieve_wlb_recommendations',
      quick(0, () => {
        assertInitialized()
        return {}
      }),
    ],
  ]
}
