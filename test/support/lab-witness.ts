import { rpc } from './a-lab.ts'

type Outcome = 'completed' | 'failed' | 'cancelled'
type Records = Readonly<Record<string, Readonly<Record<string, unknown>>>>
interface Status {
  readonly events: readonly { readonly kind: string }[]
  readonly ended: boolean
}

type Call = (method: string, ...params: readonly unknown[]) => Promise<unknown>

const isOutcome = (kind: string | undefined): kind is Outcome =>
  kind === 'completed' || kind === 'failed' || kind === 'cancelled'

/** What really happened at a lab, asked by a client of its own: each migration is one task there. */
export class LabWitness {
  readonly #call: Call
  readonly #tasks = new Map<string, string>()
  readonly #outcomes = new Map<string, Outcome>()
  readonly #explained = new Set<string>()

  private constructor(call: Call) {
    this.#call = call
  }

  static async open(lab: { url: string; user: string; password: string }): Promise<LabWitness> {
    const session = await rpc(lab.url, 'session.login_with_password', [lab.user, lab.password])
    return new LabWitness((method, ...params) => rpc(lab.url, method, [session, ...params]))
  }

  /** How many migrations it has seen in all. */
  get tasks(): number {
    return this.#tasks.size
  }

  /** Takes down the tasks there are now: the lab forgets them in time. */
  async look(): Promise<void> {
    const records = (await this.#call('task.get_all_records')) as Records
    for (const [ref, { name_label, status }] of Object.entries(records))
      if (name_label === 'longshore.migrate') this.#tasks.set(ref, String(status))
  }

  /** How many were under way at the last look. */
  async underWay(): Promise<number> {
    return [...this.#tasks.values()].filter(status => status === 'pending').length
  }

  /** How many of the tasks belong to no migration that was asked for by `outcomeOf`. */
  get unexplained(): number {
    return [...this.#tasks.keys()].filter(ref => !this.#explained.has(ref)).length
  }

  /** How a migration ended by its host's events; undefined when no host ever had it, or it runs. */
  async outcomeOf(id: string): Promise<Outcome | undefined> {
    const known = this.#outcomes.get(id)
    if (known) return known
    for (const host of Object.keys((await this.#call('host.get_all_records')) as Records)) {
      const args = { id, after: '0', timeout_ms: '0' }
      const answer = await this.#call('host.call_plugin', host, 'longshore', 'migrate_status', args).catch(
        () => null,
      )
      if (answer === null) continue
      // The host has it already: asked to start it once more it only names the task.
      const given = { vm: '', destination: '', id }
      const again = await this.#call('host.call_plugin', host, 'longshore', 'migrate_start', given)
      this.#explained.add((JSON.parse(String(again)) as { readonly task: string }).task)
      const { kind } = (JSON.parse(String(answer)) as Status).events.at(-1) ?? {}
      if (!isOutcome(kind)) return undefined
      this.#outcomes.set(id, kind)
      return kind
    }
    return undefined
  }
}
