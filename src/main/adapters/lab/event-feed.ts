import { z } from 'zod'
import { waitFor } from './wait-for.ts'
import { smallInt } from './wire-value.ts'
import type { XapiChange, XapiDatabase } from './xapi-database.ts'
import { XapiError } from './xapi-error.ts'

const BATCH_MS = 50
const LONGEST_WAIT_SECONDS = 3600

const eventFromArguments = z.tuple([
  z.array(z.string().max(200)).max(100),
  z.string().max(100),
  z.number().nonnegative(),
])

/** `event.from`: what changed since a token, waiting up to a time-out in seconds for something to change. */
export const eventFrom = async (
  database: XapiDatabase,
  args: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> => {
  const parsed = eventFromArguments.safeParse(args)
  // An integer of XML-RPC arrives as digits: a XenServer refuses it as well.
  if (!parsed.success) {
    if (args.length < 3)
      throw new XapiError('MESSAGE_PARAMETER_COUNT_MISMATCH', 'event.from', '3', String(args.length))
    throw new XapiError(
      'FIELD_TYPE_ERROR',
      ['classes', 'token', 'timeout'][Number(parsed.error.issues[0]?.path[0])] ?? '',
    )
  }
  const [classes, token, timeoutSeconds] = parsed.data
  const subscriptions = classes.map(subscriptionOf)
  const wanted = (className: string, ref: string) =>
    subscriptions.some(one =>
      one.className === '*' || one.className === className.toLowerCase()
        ? one.ref === undefined || one.ref === ref.toLowerCase()
        : false,
    )
  const tasksOnly = subscriptions.every(({ className }) => className === 'task')
  const since = generationOf(token)
  const endAt = Date.now() + Math.min(timeoutSeconds, LONGEST_WAIT_SECONDS) * 1000
  if (token !== '' && !tasksOnly) await waitFor(BATCH_MS, signal)
  for (;;) {
    const generation = database.generation
    const changes = database.changesSince(since, wanted)
    const leftMs = endAt - Date.now()
    if (changes.length > 0 || leftMs <= 0 || signal.aborted) return answer(database, changes, generation)
    await waitFor(leftMs, signal, wake => database.onChange(wake))
    if (!signal.aborted) await waitFor(Math.min(BATCH_MS, Math.max(0, endAt - Date.now())), signal)
  }
}

const answer = (database: XapiDatabase, changes: readonly XapiChange[], generation: number): unknown => ({
  events: changes.map(({ className, operation, ref, snapshot, generation: id }) => ({
    id: id.toString(),
    timestamp: '0.0',
    class: className.toLowerCase(),
    operation,
    ref,
    ...(snapshot === undefined ? {} : { snapshot }),
  })),
  token: tokenOf(generation),
  valid_ref_counts: Object.fromEntries(
    database.classNames.map(name => [name.toLowerCase(), smallInt(database.count(name))]),
  ),
})

/** A token: two zero-padded 20-digit numbers, of the database and of the messages (there are none). */
export const tokenOf = (generation: number): string =>
  `${generation.toString().padStart(20, '0')},${'0'.repeat(20)}`

const generationOf = (token: string): number => {
  if (token === '') return 0
  const match = /^(\d{20}),\d{20}$/.exec(token)
  if (match?.[1] === undefined) throw new XapiError('EVENT_FROM_TOKEN_PARSE_FAILURE', token)
  return Number(match[1])
}

/** A class name, `*`, or `class/ref`; without regard to case. */
const subscriptionOf = (text: string) => {
  const [className = '', ref] = text.toLowerCase().split('/')
  if (className === '' || !/^[*\w]+$/.test(className))
    throw new XapiError('EVENT_SUBSCRIPTION_PARSE_FAILURE', text)
  return { className, ref }
}
