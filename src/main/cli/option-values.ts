import { InvalidArgumentError } from 'commander'

/** Parses a TCP port, 0 to 65535, for commander. */
export const portNumber = (text: string): number => {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
  return port
}

/** Parses a whole number from `least` to a million, for commander. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > 1_000_000)
      throw new InvalidArgumentError(`It is a whole number from ${least} to 1000000.`)
    return value
  }
