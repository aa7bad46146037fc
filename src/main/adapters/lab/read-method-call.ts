/** A call as XML-RPC carries it: integers stay strings of digits, as the XenAPI has them; doubles are numbers. */
export interface MethodCall {
  readonly method: string
  readonly params: readonly unknown[]
}

const DEEPEST = 32
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

class NotAMethodCall extends Error {}

/**
 * Reads one XML-RPC call; null when the text is none. Only what XML-RPC needs of XML: no document types, entities,
 * comments or attributes, and at most 32 levels. (The parser of npm `xmlrpc` forgives broken XML and takes an integer
 * for a double, which a XenServer refuses.)
 */
export const readMethodCall = (text: string): MethodCall | null => {
  try {
    return new Reader(text).methodCall()
  } catch (error) {
    if (error instanceof NotAMethodCall) return null
    throw error
  }
}

class Reader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  methodCall(): MethodCall {
    this.#skip(/\s*(?:<\?xml[^<>]*\?>)?\s*/y)
    this.#open('methodCall')
    this.#open('methodName')
    const method = this.#characters().trim()
    this.#close('methodName')
    const params: unknown[] = []
    if (!this.#skip(/<params\s*\/>\s*/y) && this.#opens('params')) {
      while (this.#opens('param')) {
        params.push(this.#value())
        this.#close('param')
      }
      this.#close('params')
    }
    this.#close('methodCall')
    if (this.#at !== this.#text.length) throw new NotAMethodCall()
    return { method, params }
  }

  #value(): unknown {
    if (this.#skip(/<value\s*\/>\s*/y)) return ''
    this.#open('value')
    if (++this.#depth > DEEPEST) throw new NotAMethodCall()
    const untyped = this.#characters()
    const value = this.#skip(/<\/value>\s*/y) ? untyped : this.#typed(untyped)
    this.#depth--
    return value
  }

  #typed(before: string): unknown {
    if (before.trim() !== '') throw new NotAMethodCall()
    const tag = this.#match(/<([a-zA-Z0-9.]+)\s*(\/?)>/y)
    const [, type = '', empty] = tag
    const value = empty === '/' ? this.#scalar(type, '') : this.#content(type)
    this.#skip(/\s*/y)
    this.#close('value')
    return value
  }

  #content(type: string): unknown {
    if (type === 'array') return this.#array()
    if (type === 'struct') return this.#struct()
    const text = this.#characters()
    this.#close(type)
    return this.#scalar(type, text)
  }

  #scalar(type: string, text: string): unknown {
    switch (type) {
      case 'string':
      case 'dateTime.iso8601':
        return text
      case 'int':
      case 'i4':
      case 'i8':
        if (/^\s*[-+]?\d{1,19}\s*$/.test(text)) return text.trim()
        break
      case 'double':
        if (/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text)) return Number(text)
        break
      case 'boolean':
        if (/^\s*[01]\s*$/.test(text)) return text.trim() === '1'
        break
      case 'array':
        return []
      case 'struct':
        return {}
      case 'nil':
        return null
    }
    throw new NotAMethodCall()
  }

  #array(): readonly unknown[] {
    const values: unknown[] = []
    this.#skip(/\s*/y)
    if (!this.#skip(/<data\s*\/>\s*/y)) {
      this.#open('data')
      while (this.#text.startsWith('<value', this.#at)) values.push(this.#value())
      this.#close('data')
    }
    this.#close('array')
    return values
  }

  #struct(): Readonly<Record<string, unknown>> {
    const members: [string, unknown][] = []
    this.#skip(/\s*/y)
    while (this.#opens('member')) {
      const name = this.#name()
      members.push([name, this.#value()])
      this.#close('member')
    }
    this.#close('struct')
    return Object.fromEntries(members)
  }

  #name(): string {
    if (this.#skip(/<name\s*\/>\s*/y)) return ''
    this.#open('name')
    const name = this.#characters()
    this.#close('name')
    return name
  }

  #characters(): string {
    const [text] = this.#match(/[^<]*/y)
    return text.replace(/&([^;&]{0,10});?/g, (whole, name: string) => {
      if (!whole.endsWith(';')) throw new NotAMethodCall()
      const known = ENTITIES[name]
      if (known !== undefined && Object.hasOwn(ENTITIES, name)) return known
      const digits = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name)
      const code = digits?.[1] !== undefined ? Number.parseInt(digits[1], 16) : Number(digits?.[2] ?? 'NaN')
      if (!(code <= 0x10ffff)) throw new NotAMethodCall()
      return String.fromCodePoint(code)
    })
  }

  #open(name: string): void {
    if (!this.#opens(name)) throw new NotAMethodCall()
  }

  /** The blanks behind `<value>` and `<name>` belong to the text. */
  #opens(name: string): boolean {
    const blanks = name === 'value' || name === 'name' ? '' : '\\s*'
    return this.#skip(new RegExp(`<${name}>${blanks}`, 'y'))
  }

  #close(name: string): void {
    if (!this.#skip(new RegExp(`</${name.replace('.', '\\.')}>\\s*`, 'y'))) throw new NotAMethodCall()
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) return false
    this.#at = pattern.lastIndex
    return true
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) throw new NotAMethodCall()
    this.#at = pattern.lastIndex
    return found
  }
}
