/** A value whose type XML-RPC spells out; JSON and everybody else see the plain value. */
export class WireValue<T extends number | string = number | string> {
  readonly type: 'double' | 'i4' | 'dateTime.iso8601'
  readonly value: T

  constructor(type: 'double' | 'i4' | 'dateTime.iso8601', value: T) {
    this.type = type
    this.value = value
  }

  toJSON(): T {
    return this.value
  }
}

/** A float of the XenAPI; plain numbers are its 64-bit integers. */
export const float = (value: number): WireValue<number> => new WireValue('double', value)

/** The one place where the XenAPI writes a real XML-RPC integer is valid_ref_counts. */
export const smallInt = (value: number): WireValue<number> => new WireValue('i4', value)

/** A time of the XenAPI: 20261120T20:00:00Z. */
export const xapiDate = (ms: number): WireValue<string> =>
  new WireValue('dateTime.iso8601', `${new Date(ms).toISOString().slice(0, 19).replaceAll('-', '')}Z`)

/** What a time that has not come yet says. */
export const NEVER = xapiDate(0)
