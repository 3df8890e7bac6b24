import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { readSecret } from '../../../electron/commands/read-secret.ts'

/** A terminal that somebody types into; remembers whether what is typed would be seen. */
function terminal(...typed: string[]) {
  const raw: boolean[] = []
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => void raw.push(on),
  })
  const prompt = () => {
    for (const part of typed) input.write(part)
  }
  return { input, raw, prompt }
}

const pipe = (text: string) => {
  const input = new PassThrough()
  input.end(text)
  return input
}
const unasked = () => {
  throw new Error('asked although the key was piped in')
}

it('reads what is typed without showing it, and mends slips', async () => {
  const { input, raw, prompt } = terminal('abd', '\u007f', 'c\b', 'c123', '\r')
  expect(await readSecret(input, prompt)).toBe('abc123')
  expect(raw).toEqual([true, false])
})

it('gives up on Ctrl-C, and shows again what is typed', async () => {
  const { input, raw, prompt } = terminal('abc', '\u0003')
  await expect(readSecret(input, prompt)).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(raw).toEqual([true, false])
})

it('takes the first line of what is piped in, without asking', async () => {
  expect(await readSecret(pipe('key-1\r\nmore\n'), unasked)).toBe('key-1')
  expect(await readSecret(pipe('  key-2'), unasked)).toBe('key-2')
  expect(await readSecret(pipe(''), unasked)).toBe('')
})

it('refuses what is far too long for a key', async () => {
  await expect(readSecret(pipe('x'.repeat(100_000)), unasked)).rejects.toMatchObject({ code: 'IN_TOO_BIG' })
  const { input, prompt } = terminal('x'.repeat(100_000))
  await expect(readSecret(input, prompt)).rejects.toMatchObject({ code: 'IN_TOO_BIG' })
})
