import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldsOfJson } from '../../../../shared/formats/exchange/json-fields.ts'
import { Unreadable } from '../../../../shared/formats/exchange/unreadable.ts'

async function* inPieces(text: string | Uint8Array, size: number) {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** The object again, from its fields. */
async function read(text: string | Uint8Array, size = 7, listed: readonly string[] = ['a', 'b']) {
  const found: Record<string, unknown> = {}
  let fields = 0
  for await (const { key, value, index } of fieldsOfJson(inPieces(text, size), new Set(listed))) {
    fields++
    if (index === null) found[key] = value
    else if (index === 0) found[key] = [value]
    else (found[key] as unknown[]).push(value)
  }
  return { found, fields }
}

describe('fields of a JSON file', () => {
  it('are those that a whole parse gives, wherever the pieces end', async () => {
    const object = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'ä"\\', ''),
      fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.array(fc.jsonValue({ maxDepth: 3 }))),
    )
    await fc.assert(
      fc.asyncProperty(
        object,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 1, 3),
        async (value, size, indent) => {
          const text = JSON.stringify(value, null, indent)
          // What JSON itself takes for the same: keys that look like numbers come in another order.
          expect((await read(text, size)).found).toEqual(JSON.parse(text))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('are found behind escapes that are cut in two', async () => {
    const text = String.raw`{"c":"\\","a":["\"","\\\"","\u00e4\\",{"x":"]}\""}],"d":1}`
    for (let size = 1; size < 12; size++) expect((await read(text, size)).found).toEqual(JSON.parse(text))
  })

  it('are none of what is no object, and damage is told wherever it is', async () => {
    expect((await read('[1, 2]')).fields).toBe(0)
    expect((await read('\u{feff}{"a":[1]}')).found).toEqual({ a: [1] })
    const whole = '{"info":{"x":[1,2]},"a":[{"id":1},{"id":2}],"b":[]}'
    for (let end = 0; end < whole.length; end++)
      await expect(read(whole.slice(0, end)), whole.slice(0, end)).rejects.toThrow(Unreadable)
    for (const bad of [
      '{"a":[1,]}',
      '{"a":[,1]}',
      '{"a":[1 2]}',
      '{"a":1,}',
      '{a:1}',
      '{"a":[1]}x',
      '{"a":[NaN]}',
      '{"a" 1}',
      '{"a":[1}]',
    ])
      await expect(read(bad), bad).rejects.toThrow(Unreadable)
    await expect(read(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).rejects.toThrow(Unreadable)
  })

  it('are refused when there are two of a name, or they are nested without end (B1)', async () => {
    await expect(read('{"a":[1],"a":[2]}')).rejects.toThrow('names "a" twice')
    await expect(read(`{"a":[${'['.repeat(100_000)}`, 4096)).rejects.toThrow('too deeply')
    await expect(read(`{"c":"${'x'.repeat(70_000_000)}"}`, 1 << 20)).rejects.toThrow('too large')
  })

  it('take a time that follows from the size, also with a text of nothing but escapes', async () => {
    const text = JSON.stringify({ a: [String.raw`\"`.repeat(500_000), 'y'] })
    expect((await read(text, 1000)).fields).toBe(2)
  })
})
