/** A set-up step that failed: one sentence, what to do, and what the tool itself said. */
export class SetUpError extends Error {
  /** @param {{ message: string, remedy: string, output?: string }} report */
  constructor({ message, remedy, output = '' }) {
    super(message)
    this.name = 'SetUpError'
    this.remedy = remedy
    this.output = output
  }
}

/**
 * Prints an error that ends a task: a foreseen one as its sentence and remedy, any other with its stack.
 * @param {unknown} error
 */
export const printSetUpError = error => {
  if (!(error instanceof SetUpError)) {
    console.error(error)
    return
  }
  if (error.output !== '') process.stderr.write(`${error.output.trimEnd()}\n`)
  process.stderr.write(`longshore: ${error.message}\n  ${error.remedy}\n`)
}
