// What the tests use of npm `xen-api`, the client of Xen Orchestra.

declare module 'xen-api' {
  interface XenApiObject {
    readonly $type: string
    readonly $ref: string
    readonly $id: string
    readonly uuid: string
    readonly [field: string]: unknown
  }

  interface Xapi {
    readonly objectsFetched: Promise<void>
    readonly objects: { readonly all: Readonly<Record<string, XenApiObject>> }
    readonly sessionId: string | undefined
    readonly status: string
    readonly pool: XenApiObject
    connect(): Promise<void>
    disconnect(): Promise<void>
    call(method: string, ...params: readonly unknown[]): Promise<unknown>
    callAsync(method: string, ...params: readonly unknown[]): Promise<unknown>
    barrier(ref?: string): Promise<XenApiObject | undefined>
    getObjectByRef(ref: string): XenApiObject
    getResource(
      path: string,
      options?: { readonly host?: XenApiObject; readonly query?: Readonly<Record<string, string | number>> },
    ): Promise<{ readonly statusCode: number; readonly body: { text(): Promise<string> } }>
  }

  export const createClient: (options: {
    readonly url: string
    readonly auth: { readonly user: string; readonly password: string }
    readonly allowUnauthorized?: boolean
    readonly watchEvents?: boolean | readonly string[]
    /** ms between looks. */
    readonly debounce?: number
    /** ms to wait after an error. */
    readonly eventPollDelay?: number
  }) => Xapi
}
