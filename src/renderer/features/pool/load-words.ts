import {
  type HostLoad,
  type LoadFactor,
  loadFactors,
  type Overload,
} from '../../../shared/model/host-load.ts'
import { formatRatio } from '../../../shared/units.ts'
import type { FleetState } from '../../state/index.ts'
import { clockText } from '../../ui/clock-text.ts'

/** The highest load index among a pool's hosts; null where none is known. */
export const highestLoad = (
  { hosts, hostLoads }: Pick<FleetState, 'hosts' | 'hostLoads'>,
  poolId: string,
): number | null => {
  const known = hosts.flatMap(host => {
    const index = host.poolId === poolId ? hostLoads.get(host.id)?.index : null
    return index == null ? [] : [index]
  })
  return known.length === 0 ? null : Math.max(...known)
}

const whyLeftOut: Readonly<Record<LoadFactor, string>> = {
  cpu: 'the host does not report its CPU',
  memory: 'the host does not report its memory',
  disk: 'no server tells what its disks can do',
  network: 'the host does not report its network, or its link has no known rate',
}

/** What a load index is made of and what had to be left out. */
export const loadTitle = (load: HostLoad | undefined): string => {
  if (!load) return 'No reading has arrived yet.'
  const known = loadFactors.flatMap(factor => {
    const ratio = load.ratios[factor]
    return ratio === null ? [] : [`${factor} ${formatRatio(ratio)}`]
  })
  const missing = loadFactors.filter(factor => load.ratios[factor] === null)
  const left = missing.map(factor => `${factor} (${whyLeftOut[factor]})`).join(', ')
  const of = known.length > 0 ? `Of ${known.join(', ')}.` : ''
  if (load.index === null)
    return `No index without CPU and memory. ${of} Not known: ${left}.`.replace('  ', ' ')
  return left === '' ? of : `${of} Left out: ${left}.`
}

/** Below this a probability of overload is not worth a word in a list. */
const WORTH_A_WORD = 0.05

/** `overload 0.34 by 13:58`; undefined where it is not known or next to nothing. */
export const overloadText = (
  overload: Overload,
): { readonly text: string; readonly title: string } | undefined => {
  if (overload.kind === 'unknown' || overload.probability < WORTH_A_WORD) return undefined
  return {
    text: `overload ${overload.probability.toFixed(2)} by ${clockText(overload.atMs).slice(0, 5)}`,
    title: overloadTitle(overload),
  }
}

/** Where a probability of overload comes from, or why there is none. */
export const overloadTitle = (overload: Overload): string =>
  overload.kind === 'unknown'
    ? overload.because
    : `Of the last ${overload.errors} times that this host's CPU was compared with its forecast, ${formatRatio(overload.probability)} were off by enough to bring it to the CPU trigger by then.`
