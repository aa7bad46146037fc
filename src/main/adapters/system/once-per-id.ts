/** What is made at most once for each id: of two who want it at once both get the one promise. A failed one is forgotten. */
export class OncePerId<T> {
  readonly #made = new Map<string, Promise<T>>()

  get(id: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(id)
    if (known !== undefined) return known
    const made = make()
    this.#made.set(id, made)
    made.catch(() => this.#made.delete(id))
    return made
  }

  /** All that could be made, once it is. */
  async settled(): Promise<readonly T[]> {
    const all = await Promise.allSettled(this.#made.values())
    return all.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
  }
}
