import type { Forecast } from '../../../shared/model/forecast.ts'
import { type Measure, numberOf } from '../../../shared/model/measure.ts'
import { formatRatio, pageRateInMib, threeFigures } from '../../../shared/units.ts'
import styles from './vm.module.css'

interface Props {
  readonly now: Measure | undefined
  readonly forecast: Forecast | undefined
  readonly thetaPagesPerSecond: number | undefined
}

const mib = (pages: number) => threeFigures(pageRateInMib(pages))

/** The forecast in numbers beside theta. */
export const ForecastTable = ({ now, forecast, thetaPagesPerSecond }: Props) => {
  const present = now && numberOf(now)
  const rows = forecast?.points.filter(point => [1, 10, 30, 60].includes(point.aheadMs / 1000)) ?? []
  const isAbove = (pages: number) => thetaPagesPerSecond !== undefined && pages >= thetaPagesPerSecond
  return (
    <table className={styles.forecast}>
      <thead>
        <tr>
          <th scope="col">Dirty rate</th>
          <th scope="col">MiB/s</th>
          <th scope="col">CPU</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">now</th>
          <td>
            {present === undefined ? '-' : `${now?.origin === 'estimated' ? '~' : ''}${mib(present)}`}
            {present !== undefined && isAbove(present) && ' ▲'}
          </td>
          <td />
        </tr>
        {rows.map(point => (
          <tr key={point.aheadMs}>
            <th scope="row">in {point.aheadMs / 1000} s</th>
            <td>
              {mib(point.dirtyPagesPerSecond)}
              {isAbove(point.dirtyPagesPerSecond) && ' ▲'}
            </td>
            <td>{formatRatio(point.cpuRatio)}</td>
          </tr>
        ))}
        <tr className={styles.thetaRow}>
          <th scope="row">theta (▲ above it)</th>
          <td>{thetaPagesPerSecond === undefined ? '-' : mib(thetaPagesPerSecond)}</td>
          <td />
        </tr>
      </tbody>
    </table>
  )
}
