/** Prints a line and waits until it is taken; false when nobody reads on, as `head` does not. */
export const printLine = (line: string): Promise<boolean> =>
  new Promise(resolve => {
    process.stdout.write(`${line}\n`, error => resolve(!error))
  })
