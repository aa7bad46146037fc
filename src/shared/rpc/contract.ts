import type { z } from 'zod'

declare const output: unique symbol

/** A request's entry in the contract: how its input is checked, which verb, and the type of its answer. */
export interface Request<Verb extends 'call' | 'stream', Input extends z.ZodType, Output> {
  readonly verb: Verb
  readonly input: Input
  readonly [output]?: Output
}
export type AnyRequest = Request<'call' | 'stream', z.ZodType, unknown>
export type Contract = Readonly<Record<string, AnyRequest>>

/** A request with one reply. */
export const call =
  <Output>() =>
  <Input extends z.ZodType>(input: Input): Request<'call', Input, Output> => ({ verb: 'call', input })

/** A request answered by items until either side ends; the first item is the whole present state. */
export const stream =
  <Output>() =>
  <Input extends z.ZodType>(input: Input): Request<'stream', Input, Output> => ({ verb: 'stream', input })

export type InputOf<R> = R extends Request<'call' | 'stream', infer I, unknown> ? z.input<I> : never
type ParsedOf<R> = R extends Request<'call' | 'stream', infer I, unknown> ? z.output<I> : never
export type OutputOf<R> = R extends Request<'call' | 'stream', z.ZodType, infer O> ? O : never

/** The methods of contract C with the given verb. */
export type MethodsOf<C extends Contract, Verb extends 'call' | 'stream'> = {
  [M in keyof C & string]: C[M]['verb'] extends Verb ? M : never
}[keyof C & string]

/** One handler a request; `signal` aborts when the client cancels or its pipe closes. */
export type Handlers<C extends Contract> = {
  readonly [M in keyof C]: C[M]['verb'] extends 'call'
    ? (input: ParsedOf<C[M]>, signal: AbortSignal) => Promise<OutputOf<C[M]>> | OutputOf<C[M]>
    : (input: ParsedOf<C[M]>, signal: AbortSignal) => AsyncIterable<OutputOf<C[M]>>
}
