/** Where the application writes what an operator or developer may need later. Never given a secret. */
export interface Log {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void
  error(message: string, error: unknown, facts?: Readonly<Record<string, unknown>>): void
}
