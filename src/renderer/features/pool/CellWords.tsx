import { formatRatio, pageRateInMib, threeFigures } from '../../../shared/units.ts'
import { useFleet } from '../../state/index.ts'
import { clockText, dateText } from '../../ui/clock-text.ts'
import type { HeatScale } from './heat-scale.ts'
import styles from './pool.module.css'
import { useMakers } from './use-makers.ts'

/** A cell as it is told. */
export interface PointedCell {
  readonly id: string
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
  readonly isForecast: boolean
  /** NaN where nothing is known, null while it is being read. */
  readonly value: number | null
}

const Makers = (props: {
  readonly poolId: string
  readonly cell: PointedCell
  readonly scale: HeatScale
}) => {
  const { poolId, cell, scale } = props
  const vmsById = useFleet(s => s.vmsById)
  const { id: hostId, fromMs, toMs } = cell
  const makers = useMakers(cell.isForecast ? null : { poolId, hostId, figure: scale.figure, fromMs, toMs })
  if (makers === null || makers.length === 0) return null
  const textOf = (value: number) =>
    scale.figure === 'dirty'
      ? `${threeFigures(pageRateInMib(value))} MiB/s`
      : `${formatRatio(value)} of its CPU`
  return (
    <>
      {' '}
      made by{' '}
      {makers
        .map(({ vmId, value }) => `${vmsById.get(vmId)?.name ?? 'a VM that is gone'} ${textOf(value)}`)
        .join(', ')}
    </>
  )
}

const valueText = ({ word, textOf }: HeatScale, value: number): string =>
  Number.isNaN(value) ? 'nothing is known' : `${word} ${textOf(value)}`

/** What a cell says: of whom, when, how much, and which VMs made it. */
export const CellWords = (props: {
  readonly poolId: string
  readonly by: 'hosts' | 'vms'
  readonly cell: PointedCell
  readonly scale: HeatScale
}) => {
  const { cell, scale } = props
  const value = cell.value === null ? 'is being read' : valueText(scale, cell.value)
  return (
    <>
      <b>{cell.name}</b>{' '}
      <span className={styles.dim} title={dateText(cell.fromMs)}>
        {clockText(cell.fromMs)} to {clockText(cell.toMs)}
        {cell.isForecast && ', forecast'}
      </span>{' '}
      {value}
      {props.by === 'hosts' && <Makers {...props} />}
    </>
  )
}
