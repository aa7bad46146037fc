import type { PolicyName } from '../../../shared/model/migration.ts'
import type { CaseFault, SimulationCase } from '../../../shared/model/simulation-case.ts'
import { defaultThresholds, type ThresholdName, type Thresholds } from '../decision/thresholds.ts'
import { policies } from '../migration/policies/index.ts'
import {
  preCopyXenBy,
  upstreamRule,
  type XenRule,
  xenServerRule,
} from '../migration/policies/pre-copy-xen.ts'
import type { Policy } from '../migration/policy.ts'

/** The policy of a case with its thresholds, or why there is none. */
export type CasePolicy =
  | { readonly kind: 'policy'; readonly policy: Policy; readonly thresholds: Thresholds }
  | { readonly kind: 'faults'; readonly faults: readonly CaseFault[] }

type Asked = SimulationCase['policy']

/** Ranges of Xen's parameters; they are no thresholds, other policies have nothing to do with them. */
const xenRanges = {
  maxRounds: [1, 1000],
  minDirtyPages: [0, 2 ** 31],
  maxSentFactor: [1, 1000],
} as const
type XenParameter = keyof typeof xenRanges
const xenParameters = Object.keys(xenRanges) as readonly XenParameter[]
const isXenParameter = (name: string): name is XenParameter => Object.hasOwn(xenRanges, name)
const whole: readonly XenParameter[] = ['maxRounds', 'minDirtyPages']

const xenRules: Partial<Record<PolicyName, XenRule>> = {
  'pre-copy-xen': xenServerRule,
  'pre-copy-xen-upstream': upstreamRule,
}

const isPolicy = (name: string): name is PolicyName => Object.hasOwn(policies, name)
const isThreshold = (name: string): name is ThresholdName => Object.hasOwn(defaultThresholds, name)

const parameterFault = (field: string, name: XenParameter, value: number): CaseFault | null => {
  const [min, max] = xenRanges[name]
  const isWhole = whole.includes(name)
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return null
  return { field, value, allowed: `${min} to ${max}${isWhole ? ', a whole number' : ''}` }
}

const thresholdFault = (name: string, value: number): CaseFault | null => {
  const field = `policy.thresholds.${name}`
  if (!isThreshold(name))
    return { field, value, allowed: `one of ${Object.keys(defaultThresholds).join(', ')}` }
  const { min, max, unit } = defaultThresholds[name]
  return value >= min && value <= max ? null : { field, value, allowed: `${min} to ${max} (${unit})` }
}

/** Xen's parameters as given, each with the field it came from; beside the name wins over among the thresholds. */
const parametersOf = (asked: Asked) =>
  xenParameters.flatMap(name => {
    const beside = asked[name]
    if (beside !== undefined) return [{ name, value: beside, field: `policy.${name}` }]
    const among = asked.thresholds[name]
    return among === undefined ? [] : [{ name, value: among, field: `policy.thresholds.${name}` }]
  })

const overridden = (asked: readonly (readonly [string, number])[]): Thresholds => {
  const changed = asked.flatMap(([name, value]) =>
    isThreshold(name) ? [[name, { ...defaultThresholds[name], value, origin: 'manual' as const }]] : [],
  )
  return { ...defaultThresholds, ...Object.fromEntries(changed) }
}

const foundFaults = (faults: readonly (CaseFault | null)[]): readonly CaseFault[] =>
  faults.filter(fault => fault !== null)

const byXensRule = (name: PolicyName, rule: XenRule, asked: Asked): CasePolicy => {
  const given = parametersOf(asked)
  const others = Object.entries(asked.thresholds).filter(([key]) => !isXenParameter(key))
  const faults = foundFaults([
    ...given.map(({ field, name: parameter, value }) => parameterFault(field, parameter, value)),
    ...others.map(([key, value]) => thresholdFault(key, value)),
  ])
  if (faults.length > 0) return { kind: 'faults', faults }
  const own = Object.fromEntries(given.map(({ name: parameter, value }) => [parameter, value]))
  return { kind: 'policy', policy: preCopyXenBy(name, { ...rule, ...own }), thresholds: overridden(others) }
}

const byThresholds = (name: PolicyName, asked: Asked): CasePolicy => {
  const given = Object.entries(asked.thresholds)
  const strangers = xenParameters.flatMap(parameter => {
    const value = asked[parameter]
    const allowed = 'nothing: only pre-copy-xen and pre-copy-xen-upstream have it'
    return value === undefined ? [] : [{ field: `policy.${parameter}`, value, allowed }]
  })
  const faults = foundFaults([...strangers, ...given.map(([key, value]) => thresholdFault(key, value))])
  if (faults.length > 0) return { kind: 'faults', faults }
  return { kind: 'policy', policy: policies[name], thresholds: overridden(given) }
}

/**
 * Builds the policy that a case names, and the thresholds it goes by: the defaults with what `policy.thresholds` says
 * instead. Xen's three parameters are taken beside the name as well as there. Every fault is told, not only the first.
 */
export const policyOf = (asked: Asked): CasePolicy => {
  const { name } = asked
  if (!isPolicy(name)) {
    const fault = { field: 'policy.name', value: name, allowed: `one of ${Object.keys(policies).join(', ')}` }
    return { kind: 'faults', faults: [fault] }
  }
  const rule = xenRules[name]
  return rule === undefined ? byThresholds(name, asked) : byXensRule(name, rule, asked)
}
