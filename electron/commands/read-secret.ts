import type { Readable } from 'node:stream'
import { AppError } from '../../shared/base/app-error.ts'

type Input = Readable & { readonly isTTY?: boolean; setRawMode?: (raw: boolean) => unknown }

const longest = 8192
const [interrupt, endOfText, backspace, del] = ['\u0003', '\u0004', '\b', '\u007f']

/**
 * One line that nobody sees: typed at a prompt without echo, or piped in. Rejects with `CANCELLED` on Ctrl-C at the
 * prompt and with `IN_TOO_BIG` for what cannot be a secret.
 */
export async function readSecret(input: Input, prompt: () => void): Promise<string> {
  if (!input.isTTY) return (await readAll(input)).split(/\r?\n/)[0]!.trim()
  prompt()
  input.setRawMode?.(true)
  input.setEncoding('utf8')
  try {
    return (await readTyped(input)).trim()
  } finally {
    input.setRawMode?.(false)
    input.pause()
  }
}

async function readAll(input: Input): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of input as AsyncIterable<Buffer | string>) {
    parts.push(Buffer.from(part as string))
    size += parts.at(-1)!.length
    if (size > longest) throw tooLong()
  }
  return Buffer.concat(parts).toString('utf8')
}

async function readTyped(input: Input): Promise<string> {
  let typed = ''
  for await (const part of input as AsyncIterable<string>) {
    for (const character of part) {
      if (character === '\r' || character === '\n' || character === endOfText) return typed
      if (character === interrupt) {
        throw new AppError('CANCELLED', 'Nothing was changed.', { remedy: 'Say it again when you like.' })
      }
      if (character === backspace || character === del) typed = typed.slice(0, -1)
      else typed += character
    }
    if (typed.length > longest) throw tooLong()
  }
  return typed
}

function tooLong(): AppError {
  return new AppError('IN_TOO_BIG', 'This is too long for a key.', {
    remedy: 'Give the key alone, in one line.',
  })
}
