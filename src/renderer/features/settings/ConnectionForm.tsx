import { Button, TextInput } from '@mantine/core'
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import type { ConnectionTest } from '../../../shared/contract/connection.ts'
import type { Connection } from '../../../shared/model/connection.ts'
import { useConnections } from '../../state/index.ts'
import styles from './ConnectionForm.module.css'
import {
  type ConnectionDraft,
  draftOf,
  errorsOf,
  isOfHosts,
  keepsPassword,
  nameOf,
  needsPassPhrase,
} from './connection-draft.ts'
import { KeepChoice } from './KeepChoice.tsx'
import { PassPhraseFields } from './PassPhraseFields.tsx'
import { RequestFailure } from './RequestFailure.tsx'
import { TestResult } from './TestResult.tsx'
import { useRequest } from './use-request.ts'

/** Everything about a draft but how it is drawn. */
const useDraft = (edited: Connection | null, onDone: () => void) => {
  const connections = useConnections(s => s.connections)
  const secrets = useConnections(s => s.secrets)
  const [draft, setDraft] = useState(() => draftOf(edited, secrets))
  const [isChecked, setChecked] = useState(false)
  const [found, setFound] = useState<ConnectionTest | null>(null)
  const request = useRequest()
  const context = { connections, secrets, edited }
  const errors = errorsOf(draft, context)
  const isSound = Object.keys(errors).length === 0

  const change = (part: Partial<ConnectionDraft>) => {
    setDraft({ ...draft, ...part })
    setFound(null)
    request.clear()
  }
  const { url, user, passPhrase } = draft
  // There is no password of hosts to be kept anywhere.
  const keep = isOfHosts(draft) ? 'run' : draft.keep
  const password = draft.password === '' && keepsPassword(draft, context) ? {} : { password: draft.password }
  const save = async () => {
    const phrase = needsPassPhrase(draft, context) ? { passPhrase } : {}
    const wanted = { name: nameOf(draft), url, user, keep, ...phrase }
    const saved = await request.ask(async client => {
      if (edited) await client.call('connection.edit', { ...wanted, ...password, connectionId: edited.id })
      else await client.call('connection.add', { ...wanted, password: draft.password })
      return true
    })
    if (saved) onDone()
  }
  const test = async () => {
    setFound(null)
    const connectionId = edited ? { connectionId: edited.id } : {}
    const answer = await request.ask(client =>
      client.call('connection.test', { url, user, ...password, ...connectionId }),
    )
    setFound(answer ?? null)
  }
  return {
    draft,
    change,
    errors: isChecked ? errors : {},
    asksPassPhrase: needsPassPhrase(draft, context),
    hasPassword: keepsPassword(draft, context),
    secrets,
    found,
    ...request,
    /** Does it if the draft is sound; says whether it was. */
    attempt: (what: 'save' | 'test'): boolean => {
      setChecked(true)
      const isTestable = what === 'test' && !errors.url && !errors.user && !errors.password
      if (isSound && what === 'save') void save()
      else if (isTestable) void test()
      return isSound || isTestable
    },
  }
}

/** Adds a connection or edits one. Escape leaves it. */
export const ConnectionForm = (props: {
  readonly edited: Connection | null
  readonly onDone: () => void
}) => {
  const form = useRef<HTMLFormElement>(null)
  const { draft, change, errors, attempt, ...rest } = useDraft(props.edited, props.onDone)
  const field = (part: keyof ConnectionDraft) => ({
    value: draft[part],
    error: errors[part],
    classNames: { error: styles.error ?? '' },
    spellCheck: false,
    autoComplete: 'off',
    onChange: (event: FormEvent<HTMLInputElement>) => change({ [part]: event.currentTarget.value }),
  })
  const tryTo = (what: 'save' | 'test') => {
    // The fields are marked by the render that follows.
    if (!attempt(what))
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') props.onDone()
  }
  return (
    <form
      ref={form}
      className={styles.form}
      aria-label={props.edited ? `Edit ${props.edited.name}` : 'Add a connection'}
      onKeyDown={onKey}
      onSubmit={event => {
        event.preventDefault()
        tryTo('save')
      }}
    >
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
        {!isOfHosts(draft) && (
          <>
            <TextInput label="User" {...field('user')} />
            <TextInput
              label="Password"
              type="password"
              placeholder={rest.hasPassword ? 'unchanged' : ''}
              {...field('password')}
              autoComplete="new-password"
            />
          </>
        )}
      </div>
      {!isOfHosts(draft) && (
        <KeepChoice value={draft.keep} secrets={rest.secrets} onChange={keep => change({ keep })} />
      )}
      {rest.asksPassPhrase && <PassPhraseFields isNew={rest.secrets.file === 'absent'} field={field} />}
      <RequestFailure failure={rest.failure} />
      {rest.found && <TestResult found={rest.found} />}
      <div className={styles.buttons}>
        <Button type="submit" variant="filled" disabled={rest.isBusy}>
          {props.edited ? 'Save' : 'Add'}
        </Button>
        <Button onClick={() => tryTo('test')} disabled={rest.isBusy}>
          Test
        </Button>
        <Button onClick={props.onDone}>Cancel</Button>
        {rest.isBusy && (
          <span className={styles.busy} role="status">
            Waiting for an answer.
          </span>
        )}
      </div>
    </form>
  )
}
