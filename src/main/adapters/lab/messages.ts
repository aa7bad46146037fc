import { randomUUID } from 'node:crypto'
import { xapiDate } from './wire-value.ts'
import type { XapiDatabase, XapiRecord } from './xapi-database.ts'

export interface NewMessage {
  readonly name: string
  /** 1 is the most severe. */
  readonly priority: number
  readonly cls: string
  readonly objUuid: string
  readonly body: string
}

const MOST_MESSAGES = 1000

export const messageRecord = (uuid: string, message: NewMessage, nowMs: number): XapiRecord => ({
  uuid,
  name: message.name,
  priority: message.priority,
  cls: message.cls,
  obj_uuid: message.objUuid,
  timestamp: xapiDate(nowMs),
  body: message.body,
})

/** Tells something to the operators of a pool; the oldest beyond 1,000 go. */
export const postMessage = (database: XapiDatabase, message: NewMessage, nowMs: number): string => {
  const uuid = randomUUID()
  const ref = `OpaqueRef:${uuid}`
  database.insert('message', ref, messageRecord(uuid, message, nowMs))
  const refs = database.refs('message')
  const [oldest] = refs
  if (refs.length > MOST_MESSAGES && oldest !== undefined) database.remove('message', oldest)
  return ref
}
