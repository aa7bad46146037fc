import { TextInput } from '@mantine/core'
import { type KeyboardEvent, useRef } from 'react'
import { uiStore, useSlashKey, useUi } from '../../state/index.ts'

const setFilter = (migrationFilter: string) => uiStore.setState({ migrationFilter })

/** Narrows the list of migrations; `/` goes to it, Escape empties it, the arrow down leaves it for the list. */
export const MigrationsFilter = () => {
  const filter = useUi(state => state.migrationFilter)
  const field = useRef<HTMLInputElement>(null)
  useSlashKey(field)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setFilter('')
  }
  return (
    <TextInput
      ref={field}
      size="xs"
      value={filter}
      maxLength={200}
      placeholder="Filter: VM, host, phase, policy ( / )"
      aria-label="Filter the migrations"
      onChange={event => setFilter(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  )
}
