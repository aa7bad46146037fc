// The parts of npm `xmlrpc` that its own types leave out.

declare module 'xmlrpc/lib/serializer.js' {
  const serializer: { serializeMethodCall(method: string, params: readonly unknown[]): string }
  export = serializer
}

declare module 'xmlrpc/lib/customtype.js' {
  interface XmlNode {
    ele(name: string): XmlNode
    txt(text: string): XmlNode
  }
  class CustomType {
    constructor(raw: string)
    raw: string
    tagName: string
    serialize(node: XmlNode): XmlNode
  }
  export = CustomType
}

declare module 'xmlrpc/lib/deserializer.js' {
  /** One per message; the handlers are called as elements end, and push what they read. */
  class Deserializer {
    stack: unknown[]
    marks: number[]
    value: boolean
    deserializeMethodResponse(
      stream: NodeJS.ReadableStream,
      callback: (error: unknown, result?: unknown) => void,
    ): void
    deserializeMethodCall(
      stream: NodeJS.ReadableStream,
      callback: (error: unknown, method?: string, params?: unknown[]) => void,
    ): void
    push(value: unknown): void
    onOpentag(node: { readonly name: string }): void
    onError(error: unknown): void
    endDouble(text: string): void
    endDateTime(text: string): void
    endBase64(text: string): void
    endStruct(text: string): void
  }
  export = Deserializer
}
