import { Button, TextInput } from '@mantine/core'
import { type KeyboardEvent, useRef, useState } from 'react'
import type { SettingsItem } from '../../../shared/contract/settings.ts'
import { useFleet, useNowMs } from '../../state/index.ts'
import styles from './History.module.css'
import { RequestFailure } from './RequestFailure.tsx'
import {
  costWords,
  draftOfRetention,
  errorOfRetention,
  type Kept,
  lossesOf,
  numberIn,
  type RetentionDraft,
} from './retention-draft.ts'
import { ShrinkConfirm } from './ShrinkConfirm.tsx'
import { useRequest } from './use-request.ts'

const labels = { samples: 'One-second samples', averages: '30-second averages' } as const satisfies Record<
  Kept,
  string
>

const KeptField = (props: {
  readonly which: Kept
  readonly item: SettingsItem
  readonly draft: RetentionDraft
  readonly onChange: (text: string) => void
}) => {
  const { which, item, draft, onChange } = props
  const vms = useFleet(s => s.vms.length)
  const { unit, min, max, default: usual, origin, value } = item.retention[which]
  const inForce = origin === 'manual' ? 'set by hand' : 'not changed'
  const state = draft[which].trim() === String(value) ? inForce : 'not saved yet'
  const isDefault = numberIn(draft, which) === usual
  return (
    <div className={styles.kept}>
      <TextInput
        label={labels[which]}
        inputMode="numeric"
        autoComplete="off"
        rightSection={<span className={styles.unit}>{unit}</span>}
        rightSectionWidth={56}
        aria-description={`${unit}, from ${min} to ${max}`}
        value={draft[which]}
        error={errorOfRetention(draft, which)}
        onChange={event => onChange(event.currentTarget.value)}
      />
      <div className={styles.about}>
        <p>
          {min} to {max} {unit}, default {usual}; {state}{' '}
          {!isDefault && (
            <Button
              size="compact-xs"
              aria-label={`Reset ${labels[which]} to ${usual} ${unit}`}
              onClick={() => onChange(String(usual))}
            >
              Reset
            </Button>
          )}
        </p>
        <p className={styles.muted}>{costWords(which, { draft, usage: item.usage, vms })}</p>
      </div>
    </div>
  )
}

/** How long seconds and averages are kept. Escape brings back what is in force. */
export const RetentionForm = ({ item }: { readonly item: SettingsItem }) => {
  const form = useRef<HTMLFormElement>(null)
  const nowMs = useNowMs()
  const [changed, setChanged] = useState<Partial<RetentionDraft>>({})
  const [losses, setLosses] = useState<readonly string[]>([])
  const { ask, isBusy, failure, clear } = useRequest()
  const inForce = draftOfRetention(item.retention)
  const draft = { ...inForce, ...changed }
  const isChanged = draft.samples.trim() !== inForce.samples || draft.averages.trim() !== inForce.averages
  const isSound = !errorOfRetention(draft, 'samples') && !errorOfRetention(draft, 'averages')
  const leave = () => {
    setChanged({})
    setLosses([])
    clear()
    // The button that was pressed may be gone.
    form.current?.querySelector('input')?.focus()
  }
  const wanted = (which: Kept) => {
    const value = numberIn(draft, which) ?? null
    return value === item.retention[which].default ? null : value
  }
  const save = async () => {
    const set = { samplesHours: wanted('samples'), averagesDays: wanted('averages') }
    if ((await ask(client => client.call('settings.setRetention', set))) !== undefined) leave()
  }
  const submit = () => {
    if (!isSound) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
    if (!isSound || !isChanged) return
    const lost = lossesOf(draft, { usage: item.usage, nowMs })
    if (lost.length === 0) void save()
    else setLosses(lost)
  }
  const field = (which: Kept) => ({
    which,
    item,
    draft,
    onChange: (text: string) => {
      setChanged({ ...changed, [which]: text })
      setLosses([])
    },
  })
  return (
    <form
      ref={form}
      aria-label="How long history is kept"
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'Escape' && losses.length === 0) leave()
      }}
      onSubmit={event => {
        event.preventDefault()
        submit()
      }}
    >
      <KeptField {...field('samples')} />
      <KeptField {...field('averages')} />
      {losses.length > 0 ? (
        <ShrinkConfirm losses={losses} isBusy={isBusy} onKeep={leave} onDelete={() => void save()} />
      ) : (
        <div className={styles.buttons}>
          <Button type="submit" disabled={!isChanged || isBusy}>
            Save
          </Button>
          {isChanged && <Button onClick={leave}>Cancel</Button>}
        </div>
      )}
      <RequestFailure failure={failure} />
    </form>
  )
}
