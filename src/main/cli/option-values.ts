import { InvalidArgumentError } from 'commander'

/** Parses a TCP port, 0 to 65535, for commander. */
export const portNumber = (text: string): number => {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
  return port
}
