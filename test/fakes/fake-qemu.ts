import { type Answer, FakeQmpServer, type FakeVersion, greetingOf } from './fake-qmp-server.ts'

const KNOWN = [
  'xbzrle',
  'events',
  'postcopy-ram',
  'return-path',
  'multifd',
  'postcopy-blocktime',
  'postcopy-preempt',
]

/** One end of a migration that does nothing by itself: what it says of itself is set. */
export class FakeQemu {
  readonly server: FakeQmpServer
  status: string
  migration: Readonly<Record<string, unknown>> = {}
  memoryBytes = 2 ** 28
  /** Labels of its character devices. */
  chardevs: readonly string[] = []
  /** Called with each command before it is answered. */
  onCommand: (command: string) => void = () => undefined
  /** Why it refuses what it is told; null: it does not. */
  refusal: (command: string, args: Readonly<Record<string, unknown>>) => string | null = () => null

  constructor(status: 'running' | 'inmigrate', version: FakeVersion = { major: 10, minor: 0, micro: 2 }) {
    this.status = status
    this.server = new FakeQmpServer((command, args) => {
      this.onCommand(command)
      const desc = this.refusal(command, args)
      return desc === null ? this.#answer(command) : { error: { class: 'GenericError', desc } }
    }, greetingOf(version))
  }

  async start(): Promise<this> {
    await this.server.start()
    return this
  }

  /** What it was told, by command. */
  told(command: string): readonly Readonly<Record<string, unknown>>[] {
    return this.server.heard.filter(each => each.command === command).map(({ args }) => args)
  }

  #answer(command: string): Answer {
    switch (command) {
      case 'query-status':
        return { return: { status: this.status, running: this.status === 'running' } }
      case 'query-migrate':
        return { return: this.migration }
      case 'query-memory-size-summary':
        return { return: { 'base-memory': this.memoryBytes, 'plugged-memory': 0 } }
      case 'query-migrate-capabilities':
        return { return: KNOWN.map(capability => ({ capability, state: false })) }
      case 'query-memdev':
      case 'query-block':
      case 'query-blockstats':
      case 'qom-list':
        return { return: [] }
      case 'query-chardev':
        return { return: this.chardevs.map(label => ({ label })) }
      case 'query-name':
        return { return: { name: 'web' } }
      case 'query-kvm':
        return { return: { enabled: true, present: true } }
      case 'query-cpus-fast':
        return { return: [{ 'thread-id': 1 }] }
      case 'query-dirty-rate':
        return { return: { status: 'measured', 'dirty-rate': 0 } }
      default:
        return { return: {} }
    }
  }
}
