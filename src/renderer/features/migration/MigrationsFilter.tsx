import { TextInput } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { uiStore, useUi } from '../../state/index.ts'

const setFilter = (migrationFilter: string) => uiStore.setState({ migrationFilter })

/** Narrows the list of migrations; `/` goes to it, Escape empties it. */
export const MigrationsFilter = () => {
  const filter = useUi(state => state.migrationFilter)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof HTMLInputElement || uiStore.getState().dialog) return
      event.preventDefault()
      field.current?.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    setFilter('')
    field.current?.blur()
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
