import { useRef, useState } from 'react'
import type { ConnectionTest } from '../../../shared/contract/connection.ts'
import type { Connection } from '../../../shared/model/connection.ts'
import { useConnections } from '../../state/index.ts'
import {
  type ConnectionDraft,
  type DraftContext,
  draftOf,
  errorsOf,
  isOfHosts,
  keepsPassword,
  nameOf,
  needsPassPhrase,
} from './connection-draft.ts'
import { useRequest } from './use-request.ts'

/** Saving a draft and testing it. */
const useDraftRequests = (draft: ConnectionDraft, context: DraftContext, onSaved: () => void) => {
  const [found, setFound] = useState<ConnectionTest | null>(null)
  /** An answer about what has been changed since is of no use. */
  const asked = useRef(0)
  const { ask, isBusy, failure, clear } = useRequest()
  const { edited } = context
  const { url, user, passPhrase } = draft
  const password = draft.password === '' && keepsPassword(draft, context) ? {} : { password: draft.password }
  const save = async () => {
    const phrase = needsPassPhrase(draft, context) ? { passPhrase } : {}
    // There is no password of hosts to be kept anywhere.
    const keep = isOfHosts(draft) ? 'run' : draft.keep
    const wanted = { name: nameOf(draft), url, user, keep, ...phrase }
    const saved = await ask(async client => {
      if (edited) await client.call('connection.edit', { ...wanted, ...password, connectionId: edited.id })
      else await client.call('connection.add', { ...wanted, password: draft.password })
      return true
    })
    if (saved) onSaved()
  }
  const test = async () => {
    setFound(null)
    const turn = ++asked.current
    const connectionId = edited ? { connectionId: edited.id } : {}
    const answer = await ask(client =>
      client.call('connection.test', { url, user, ...password, ...connectionId }),
    )
    if (turn === asked.current) setFound(answer ?? null)
  }
  const forget = () => {
    asked.current++
    setFound(null)
    clear()
  }
  return { save, test, forget, found, isBusy, failure }
}

/** Everything about a draft but how it is drawn. */
export const useDraft = (edited: Connection | null, onDone: () => void) => {
  const connections = useConnections(s => s.connections)
  const secrets = useConnections(s => s.secrets)
  const [draft, setDraft] = useState(() => draftOf(edited, secrets))
  const [isChecked, setChecked] = useState(false)
  const context = { connections, secrets, edited }
  const { save, test, forget, ...answer } = useDraftRequests(draft, context, onDone)
  const errors = errorsOf(draft, context)
  const isSound = Object.keys(errors).length === 0
  return {
    ...answer,
    draft,
    secrets,
    errors: isChecked ? errors : {},
    asksPassPhrase: needsPassPhrase(draft, context),
    hasPassword: keepsPassword(draft, context),
    change: (part: Partial<ConnectionDraft>) => {
      setDraft({ ...draft, ...part })
      forget()
    },
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

export type Drafting = ReturnType<typeof useDraft>
