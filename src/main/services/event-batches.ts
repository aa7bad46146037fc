type Settled<T> = { readonly result: IteratorResult<T> } | { readonly error: unknown }

/** Resolves when everything that could go on without waiting for the outside has done so. */
const idle = (): Promise<null> => new Promise(resolve => setImmediate(resolve, null))

/**
 * Groups what `source` has ready at once: whoever takes a batch knows which of its items is the latest. A failure of the
 * source comes after what it gave before.
 */
export async function* batchesOf<T>(source: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  const iterator = source[Symbol.asyncIterator]()
  const next = (): Promise<Settled<T>> =>
    iterator.next().then(
      result => ({ result }),
      (error: unknown) => ({ error }),
    )
  try {
    for (let coming = next(); ; ) {
      const batch: T[] = []
      let settled: Settled<T> | null = await coming
      while (settled && 'result' in settled && !settled.result.done) {
        batch.push(settled.result.value)
        coming = next()
        settled = await Promise.race([coming, idle()])
      }
      if (batch.length > 0) yield batch
      if (settled && 'error' in settled) throw settled.error
      if (settled) return
    }
  } finally {
    // Not awaited: a source that waits for its next item would hold up whoever wants no more.
    void Promise.resolve(iterator.return?.()).catch(() => {})
  }
}
