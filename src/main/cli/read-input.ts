import { createReadStream } from 'node:fs'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { errorText, Failure } from '../../shared/failure.ts'
import { formatBytes } from '../../shared/units.ts'

const PIECE_BYTES = 1 << 20

/** What an input is called; `-` is standard input. */
export const inputName = (input: string): string => (input === '-' ? 'Standard input' : path.resolve(input))

/** The text of a file, or of standard input (`-`), piece by piece. */
export async function* inputPieces(input: string): AsyncGenerator<string> {
  const source: Readable =
    input === '-' ? process.stdin : createReadStream(input, { highWaterMark: PIECE_BYTES })
  source.setEncoding('utf8')
  try {
    for await (const piece of source) yield String(piece)
  } catch (error) {
    throw new Failure(
      {
        code: 'storage',
        message: `${inputName(input)} cannot be read: ${errorText(error)}.`,
        remedy: 'Name a file that is there and may be read, or - for standard input.',
      },
      error,
    )
  }
}

/** All of it at once: of more than `mostBytes` no more is read. */
export const readInput = async (input: string, mostBytes: number): Promise<string> => {
  let bytes = 0
  let text = ''
  for await (const piece of inputPieces(input)) {
    bytes += Buffer.byteLength(piece)
    if (bytes > mostBytes)
      throw new Failure({
        code: 'invalid-input',
        message: `${inputName(input)} is too large: at most ${formatBytes(mostBytes)} are read at a time.`,
        remedy: 'Give it in several parts.',
      })
    text += piece
  }
  return text
}
