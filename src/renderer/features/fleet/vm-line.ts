import type { Risk } from '../../../shared/contract/fleet.ts'
import type { Forecast } from '../../../shared/model/forecast.ts'
import type { Host } from '../../../shared/model/host.ts'
import { type Measure, numberOf } from '../../../shared/model/measure.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { formatBytes, formatDuration } from '../../../shared/units.ts'
import { hashOf } from '../../state/index.ts'
import { clockText, utcText } from '../../ui/clock-text.ts'
import {
  directionOf,
  type FigureText,
  gibText,
  inOneMinute,
  measureText,
  mibText,
  percentText,
  riskWord,
} from './figure-text.ts'
import { type FleetFacts, type FleetLine, NO_LINE } from './fleet-line.ts'

const turns = { up: 'rising', down: 'falling', level: 'steady' } as const

const dirtyOf = (measure: Measure | undefined, forecast: Forecast | undefined): FleetLine['dirty'] => {
  const now = measureText(measure, mibText)
  const then = inOneMinute(forecast)
  const direction = directionOf(measure && numberOf(measure), then?.rate)
  const forecastSentence = then
    ? `Forecast for ${formatDuration(then.aheadMs)} ahead, ${turns[direction]}.`
    : 'No forecast yet.'
  return {
    now: now.text,
    ahead: then ? mibText(then.rate) : '-',
    direction,
    title: `${now.title} ${forecastSentence}`,
  }
}

const riskOf = (risk: Risk | undefined): FleetLine['risk'] => {
  if (!risk) return { level: 'low', word: '-', rest: '', title: '' }
  const { expectedAtMs, level, reason } = risk
  if (level === 'none' || level === 'unknown')
    return { level: 'low', word: riskWord[level], rest: '', title: reason }
  const when = expectedAtMs === null ? (level === 'high' ? 'now' : '') : clockText(expectedAtMs)
  const title = expectedAtMs === null ? reason : `${reason} Expected at ${utcText(expectedAtMs)}.`
  return { level, word: riskWord[level], rest: when, title }
}

const stateOf = (vm: Vm, host: Host | undefined, running: Migration | undefined): FleetLine['state'] => {
  if (running) return { text: running.phase, title: `Being migrated: ${running.phase}`, tone: 'busy' }
  if (vm.powerState !== 'running') return { text: vm.powerState, title: '', tone: 'faint' }
  return host?.live === false
    ? { text: 'host down', title: vm.immovableBecause ?? '', tone: 'faint' }
    : { text: 'running', title: '', tone: 'plain' }
}

const memoryOf = (vm: Vm, ratio: Measure | undefined): FigureText => {
  const used = measureText(ratio, value => gibText(value * vm.memoryBytes))
  return { ...used, title: `Of ${formatBytes(vm.memoryBytes)} given. ${used.title}` }
}

const isStale = (poolId: string, { fleet, connectionsById }: FleetFacts): boolean => {
  const connectionId = fleet.poolsById.get(poolId)?.connectionId
  const isLive = connectionId !== undefined && connectionsById.get(connectionId)?.state === 'live'
  return fleet.feed.state !== 'live' || !isLive
}

/** The line of a VM. */
export const vmLine = (vmId: string, facts: FleetFacts): FleetLine => {
  const { fleet } = facts
  const vm = fleet.vmsById.get(vmId)
  if (!vm) return NO_LINE
  const host = vm.hostId === null ? undefined : fleet.hostsById.get(vm.hostId)
  const sample = fleet.vmSamples.get(vmId)
  const theta = fleet.triggerPagesPerSecond[vm.poolId]
  return {
    ...NO_LINE,
    name: vm.name,
    href: hashOf({ screen: 'vm', vmId }),
    state: stateOf(vm, host, facts.runningByVm.get(vmId)),
    host: host?.name || '-',
    cpu: measureText(sample?.cpuRatio, percentText),
    memory: memoryOf(vm, sample?.memoryRatio),
    dirty: dirtyOf(sample?.dirtyPagesPerSecond, fleet.forecasts.get(vmId)),
    theta: theta === undefined ? '-' : mibText(theta),
    risk: riskOf(fleet.risks.get(vmId)),
    isStale: isStale(vm.poolId, facts),
  }
}
