import { expect, it } from 'vitest'
import { linesOf } from '../../../electron/host/pull-versions.ts'

it.each(['', '\n', 'a', 'a\n', 'a\nbé\n\nc'])('takes %j line by line, and copies nothing', (text) => {
  const bytes = Buffer.from(text)
  const lines = [...linesOf(bytes)]
  expect(lines.map((line) => Buffer.from(line).toString())).toEqual(text.split('\n').filter(Boolean))
  expect(lines.every(({ buffer }) => buffer === bytes.buffer)).toBe(true)
})
