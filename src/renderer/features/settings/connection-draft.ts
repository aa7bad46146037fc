import { Failure } from '../../../shared/failure.ts'
import {
  type Connection,
  type SecretPlace,
  type SecretsState,
  SHORTEST_PASS_PHRASE,
} from '../../../shared/model/connection.ts'
import { isHostsFile, nameAt, poolOrigin } from '../../../shared/model/pool-address.ts'

/** What stands in the form. */
export interface ConnectionDraft {
  readonly url: string
  /** Empty: the host's name. */
  readonly name: string
  readonly user: string
  readonly password: string
  readonly keep: SecretPlace
  readonly passPhrase: string
  readonly passPhraseAgain: string
}
export type DraftErrors = Readonly<Partial<Record<keyof ConnectionDraft, string>>>

/** What the draft is held against. */
export interface DraftContext {
  readonly connections: readonly Connection[]
  readonly secrets: SecretsState
  /** The connection that is edited; null for a new one. */
  readonly edited: Connection | null
}

/** Where a password goes unless the operator says otherwise: the safest place that needs no more of him first. */
const usualPlace = ({ os, file }: SecretsState): SecretPlace => {
  if (os) return 'os'
  return file === 'absent' ? 'run' : 'file'
}

/** The form as it opens: empty, or as the connection is, unless its key store cannot be used here. */
export const draftOf = (edited: Connection | null, secrets: SecretsState): ConnectionDraft => ({
  url: edited?.url ?? '',
  name: edited?.name ?? '',
  user: edited?.user ?? 'root',
  password: '',
  keep: edited?.keep && (edited.keep !== 'os' || secrets.os) ? edited.keep : usualPlace(secrets),
  passPhrase: '',
  passPhraseAgain: '',
})

const originOf = (url: string): string | Failure => {
  try {
    return poolOrigin(url)
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

/** The name that a connection gets: the one given, else the host of its address. */
export const nameOf = ({ name, url }: Pick<ConnectionDraft, 'name' | 'url'>): string => {
  const origin = originOf(url)
  return name.trim() || (typeof origin === 'string' ? nameAt(origin) : '')
}

/** Whether the address is that of QEMU hosts: whoever may open their sockets needs no user or password. */
export const isOfHosts = ({ url }: Pick<ConnectionDraft, 'url'>): boolean => {
  const origin = originOf(url)
  return typeof origin === 'string' && isHostsFile(origin)
}

/** Whether the kept password does: same server, same user, and there is one. */
export const keepsPassword = ({ url, user }: ConnectionDraft, { edited }: DraftContext): boolean =>
  edited !== null &&
  edited.failure?.code !== 'unauthenticated' &&
  originOf(url) === originOf(edited.url) &&
  user.trim() === edited.user

/** Whether the pass-phrase is asked for. */
export const needsPassPhrase = (draft: ConnectionDraft, { secrets, edited }: DraftContext): boolean =>
  !isOfHosts(draft) &&
  draft.keep === 'file' &&
  secrets.file !== 'open' &&
  (edited?.keep !== 'file' || draft.password !== '')

const urlError = ({ url }: ConnectionDraft, { connections, edited }: DraftContext): string | undefined => {
  if (url.trim() === '')
    return 'Where is the pool master? Such as https://xen1.example, or the path of a QEMU hosts file.'
  const origin = originOf(url)
  if (typeof origin !== 'string') return `${origin.message} ${origin.remedy}`
  const taken = connections.find(other => other.id !== edited?.id && originOf(other.url) === origin)
  return taken && `${taken.name} is connected to ${origin} already.`
}

const passwordError = (draft: ConnectionDraft, context: DraftContext): string | undefined => {
  if (isOfHosts(draft) || draft.password !== '' || keepsPassword(draft, context)) return undefined
  return context.edited
    ? 'Enter the password: there is none kept for this server and user.'
    : 'Enter the password of this user.'
}

const passPhraseErrors = (draft: ConnectionDraft, context: DraftContext): DraftErrors => {
  if (!needsPassPhrase(draft, context)) return {}
  if (context.secrets.file === 'locked')
    return draft.passPhrase === '' ? { passPhrase: 'Enter the pass-phrase of the file.' } : {}
  if ([...draft.passPhrase].length < SHORTEST_PASS_PHRASE)
    return { passPhrase: `At least ${SHORTEST_PASS_PHRASE} characters: take several words.` }
  return draft.passPhrase === draft.passPhraseAgain ? {} : { passPhraseAgain: 'This is not the same.' }
}

/** What is wrong with the draft, one sentence a field; empty when it can be sent. */
export const errorsOf = (draft: ConnectionDraft, context: DraftContext): DraftErrors => {
  const url = urlError(draft, context)
  const user = draft.user.trim() === '' ? 'As whom? Such as root.' : undefined
  const password = passwordError(draft, context)
  return {
    ...(url !== undefined && { url }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...passPhraseErrors(draft, context),
  }
}
