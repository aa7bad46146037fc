import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useRef } from 'react'
import type { Connection } from '../../../shared/model/connection.ts'
import styles from './ConnectionForm.module.css'
import { type ConnectionDraft, isOfHosts, nameOf } from './connection-draft.ts'
import { KeepChoice } from './KeepChoice.tsx'
import { PassPhraseFields } from './PassPhraseFields.tsx'
import { RequestFailure } from './RequestFailure.tsx'
import { TestResult } from './TestResult.tsx'
import { type Drafting, useDraft } from './use-draft.ts'

/** What an input needs to show and change a part of a draft. */
const fieldsOf =
  ({ draft, errors, change }: Drafting) =>
  (part: keyof ConnectionDraft) => ({
    value: draft[part],
    error: errors[part],
    classNames: { error: styles.error ?? '' },
    spellCheck: false,
    autoComplete: 'off',
    onChange: (event: FormEvent<HTMLInputElement>) => change({ [part]: event.currentTarget.value }),
  })

const Login = ({ drafting }: { readonly drafting: Drafting }) => {
  const field = fieldsOf(drafting)
  return (
    <>
      <TextInput label="User" {...field('user')} />
      <TextInput
        label="Password"
        type="password"
        placeholder={drafting.hasPassword ? 'unchanged' : ''}
        {...field('password')}
        autoComplete="new-password"
      />
    </>
  )
}

const Fields = ({ drafting }: { readonly drafting: Drafting }) => {
  const { draft, secrets, change, asksPassPhrase } = drafting
  const field = fieldsOf(drafting)
  return (
    <>
      <div className={styles.fields}>
        <TextInput
          label="Address of the pool master, or path of a QEMU hosts file or folder"
          placeholder="https://xen1.example"
          autoFocus
          {...field('url')}
        />
        <TextInput
          label="Name"
          placeholder={nameOf({ name: '', url: draft.url }) || 'as its host'}
          {...field('name')}
        />
        {!isOfHosts(draft) && <Login drafting={drafting} />}
      </div>
      {!isOfHosts(draft) && (
        <KeepChoice value={draft.keep} secrets={secrets} onChange={keep => change({ keep })} />
      )}
      {asksPassPhrase && <PassPhraseFields isNew={secrets.file === 'absent'} field={field} />}
    </>
  )
}

const Buttons = (props: {
  readonly save: string
  readonly isBusy: boolean
  readonly onTest: () => void
  readonly onCancel: () => void
}) => (
  <div className={styles.buttons}>
    <Button type="submit" variant="filled" disabled={props.isBusy}>
      {props.save}
    </Button>
    <Button onClick={props.onTest} disabled={props.isBusy}>
      Test
    </Button>
    <Button onClick={props.onCancel}>Cancel</Button>
    {props.isBusy && (
      <span className={styles.busy} role="status">
        Waiting for an answer.
      </span>
    )}
  </div>
)

/** Adds a connection or edits one. Escape leaves it. */
export const ConnectionForm = ({
  edited,
  onDone,
}: {
  readonly edited: Connection | null
  readonly onDone: () => void
}) => {
  const form = useRef<HTMLFormElement>(null)
  const drafting = useDraft(edited, onDone)
  const { attempt, failure, found, isBusy } = drafting
  const tryTo = (what: 'save' | 'test') => {
    // The fields are marked by the render that follows.
    if (!attempt(what))
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  return (
    <form
      ref={form}
      className={styles.form}
      aria-label={edited ? `Edit ${edited.name}` : 'Add a connection'}
      onKeyDown={({ key }) => key === 'Escape' && onDone()}
      onSubmit={event => {
        event.preventDefault()
        tryTo('save')
      }}
    >
      <Fields drafting={drafting} />
      <RequestFailure failure={failure} />
      {found && <TestResult found={found} />}
      <Buttons
        save={edited ? 'Save' : 'Add'}
        isBusy={isBusy}
        onTest={() => tryTo('test')}
        onCancel={onDone}
      />
    </form>
  )
}
