import { Unreadable } from './unreadable.ts'

/** A field of an object, or one element of a field that is listed by elements. */
export type JsonField = {
  readonly key: string
  readonly value: unknown
  /** As it stands in the file. */
  readonly text: string
  /** Its place in the list; null where the field came whole. */
  readonly index: number | null
}

const mostElementBytes = 16 * 1024 * 1024
const mostWholeBytes = 64 * 1024 * 1024
const mostDepth = 64
const decoder = new TextDecoder('utf-8', { fatal: true })
const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]
const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/**
 * The fields of one JSON object of any size, those of `listed` element by element when they are lists: what is held is one
 * element at a time. Nothing where it is something else than an object. Throws Unreadable when it is no JSON, nested too
 * deeply, or has a field twice, as soon as that is seen; what came before is then not to be believed.
 */
export async function* fieldsOfJson(
  pieces: AsyncIterable<Uint8Array>,
  listed: ReadonlySet<string>,
): AsyncGenerator<JsonField> {
  const reader = createReader(pieces)
  await reader.skipMark()
  const first = await reader.token()
  if (first === -1) throw noJson()
  if (first !== openBrace) return
  reader.pass()
  const seen = new Set<string>()
  let isFirst = true
  for (;;) {
    let byte = await reader.token()
    if (byte === closeBrace) break
    if (!isFirst) {
      if (byte !== comma) throw noJson()
      reader.pass()
      byte = await reader.token()
    }
    if (byte !== quote) throw noJson()
    isFirst = false
    const key = parse(reader.text(await reader.value(mostElementBytes)))
    if (typeof key !== 'string') throw noJson()
    if (seen.has(key)) throw new Unreadable(`It names ${JSON.stringify(key.slice(0, 40))} twice.`)
    seen.add(key)
    if ((await reader.token()) !== colon) throw noJson()
    reader.pass()
    if (!listed.has(key) || (await reader.token()) !== openBracket) {
      await reader.token()
      const text = reader.text(await reader.value(mostWholeBytes))
      yield { key, value: parse(text), text, index: null }
      continue
    }
    reader.pass()
    let index = 0
    for (; (await reader.token()) !== closeBracket; index++) {
      if (index > 0) {
        if ((await reader.token()) !== comma) throw noJson()
        reader.pass()
        await reader.token()
      }
      const text = reader.text(await reader.value(mostElementBytes))
      yield { key, value: parse(text), text, index }
    }
    reader.pass()
    if (index === 0) yield { key, value: [], text: '[]', index: null }
  }
  reader.pass()
  if ((await reader.token()) !== -1) throw noJson()
}

const noJson = () => new Unreadable('It is no JSON.')

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw noJson()
  }
}

function createReader(pieces: AsyncIterable<Uint8Array>) {
  const source = pieces[Symbol.asyncIterator]()
  let buffer: Uint8Array = new Uint8Array(0)
  let at = 0
  // The next of each in the buffer, as far as it was looked for: each sign is looked at once, however many values there are.
  let quoteAt = -1
  let escapeAt = -1

  /** Appends the next piece to what is not taken yet; false at the end. */
  async function more(): Promise<boolean> {
    for (;;) {
      const next = await source.next()
      if (next.done) return false
      if (next.value.length === 0) continue
      const left = buffer.length - at
      if (left === 0) buffer = next.value
      else {
        const joined = new Uint8Array(left + next.value.length)
        joined.set(buffer.subarray(at))
        joined.set(next.value, left)
        buffer = joined
      }
      at = 0
      quoteAt = -1
      escapeAt = -1
      return true
    }
  }

  return {
    pass: () => void at++,
    async skipMark() {
      while (buffer.length - at < 3 && (await more()));
      if (buffer[at] === 0xef && buffer[at + 1] === 0xbb && buffer[at + 2] === 0xbf) at += 3
    },
    /** The next byte that is no white space, not taken; -1 at the end. */
    async token(): Promise<number> {
      for (;;) {
        while (at < buffer.length && isSpace(buffer[at]!)) at++
        if (at < buffer.length) return buffer[at]!
        if (!(await more())) return -1
      }
    },
    /** Takes the value that begins here, whatever it is. */
    async value(most: number): Promise<Uint8Array> {
      let depth = 0
      let inText = false
      /** How much of what begins at `at` was looked at. */
      let looked = 0
      for (;;) {
        let p = at + looked
        // Texts are most of a file of masks: their ends are found natively.
        while (p < buffer.length) {
          if (inText) {
            if (quoteAt < p) quoteAt = placeOf(buffer, quote, p)
            if (escapeAt < p) escapeAt = placeOf(buffer, backslash, p)
            // The sign behind a backslash may come with the next piece; then looking goes on behind it.
            p = escapeAt < quoteAt ? escapeAt + 2 : quoteAt + 1
            inText = escapeAt < quoteAt || quoteAt === buffer.length
            if (quoteAt === buffer.length && escapeAt === buffer.length) p = buffer.length
            if (!inText && depth === 0) return take(p)
            continue
          }
          const byte = buffer[p]!
          if (byte === quote) inText = true
          else if (byte === openBrace || byte === openBracket) {
            if (++depth > mostDepth) throw new Unreadable('It is nested too deeply.')
          } else if (byte === closeBrace || byte === closeBracket) {
            if (depth === 0) return take(p)
            if (--depth === 0) return take(p + 1)
          } else if (depth === 0 && (byte === comma || byte === colon || isSpace(byte))) return take(p)
          p++
        }
        looked = p - at
        if (looked > most) throw new Unreadable('It has a part that is too large to be read.')
        if (!(await more())) throw noJson()
      }
    },
    text(bytes: Uint8Array): string {
      try {
        return decoder.decode(bytes)
      } catch {
        throw noJson()
      }
    },
  }

  function take(end: number): Uint8Array {
    const taken = buffer.subarray(at, end)
    at = end
    return taken
  }
}

/** The first place of `byte` from `from` on, or the end. */
function placeOf(bytes: Uint8Array, byte: number, from: number): number {
  const found = bytes.indexOf(byte, from)
  return found < 0 ? bytes.length : found
}
