import { NativeSelect, SegmentedControl } from '@mantine/core'
import { type UiState, uiStore, useUi } from '../../state/index.ts'
import styles from './pool.module.css'

const figures: readonly { readonly value: UiState['heatFigure']; readonly label: string }[] = [
  { value: 'load', label: 'load' },
  { value: 'cpu', label: 'CPU' },
  { value: 'dirty', label: 'dirty rate' },
  { value: 'risk', label: 'risk' },
]

const groups: readonly { readonly value: UiState['heatGroup']; readonly label: string }[] = [
  { value: 'shape', label: 'shape' },
  { value: 'host', label: 'host' },
  { value: 'name', label: 'nothing' },
]

/** The option that a select's text stands for; what is none of them changes nothing. */
const chosen = <T extends string>(options: readonly { readonly value: T }[], text: string): T | undefined =>
  options.find(option => option.value === text)?.value

const ranges = ['1 h', '6 h', '1 d'] as const

/** What the heatmap shows: whose rows, which figure, how far back, and what VMs are grouped by. */
export const HeatControls = ({ isOfOneHost }: { readonly isOfOneHost: boolean }) => {
  const by = useUi(s => s.heatBy)
  const figure = useUi(s => s.heatFigure)
  const range = useUi(s => s.heatRange)
  const group = useUi(s => s.heatGroup)
  return (
    <div className={styles.controls}>
      {!isOfOneHost && (
        <SegmentedControl
          aria-label="Rows"
          data={[
            { value: 'hosts', label: 'hosts' },
            { value: 'vms', label: 'VMs' },
          ]}
          value={by}
          onChange={value => uiStore.setState({ heatBy: value === 'vms' ? 'vms' : 'hosts' })}
        />
      )}
      <SegmentedControl
        aria-label="How far back"
        data={[...ranges]}
        value={range}
        onChange={value => uiStore.setState({ heatRange: ranges.find(each => each === value) ?? range })}
      />
      <NativeSelect
        aria-label="Coloured by"
        leftSection="colour"
        leftSectionWidth={56}
        data={[...figures]}
        value={figure}
        onChange={({ currentTarget }) =>
          uiStore.setState({ heatFigure: chosen(figures, currentTarget.value) ?? figure })
        }
      />
      {(by === 'vms' || isOfOneHost) && (
        <NativeSelect
          aria-label="Grouped by"
          leftSection="group"
          leftSectionWidth={52}
          data={groups.filter(({ value }) => !isOfOneHost || value !== 'host')}
          value={group}
          onChange={({ currentTarget }) =>
            uiStore.setState({ heatGroup: chosen(groups, currentTarget.value) ?? group })
          }
        />
      )}
    </div>
  )
}
