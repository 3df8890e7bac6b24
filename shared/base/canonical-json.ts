import { isExactNumber } from './exact-json.ts'

/**
 * JSON with one spelling per value: keys sorted by code point, no white space, no `undefined`. What is hashed is written
 * so. Throws TypeError on what JSON would change or drop: `undefined`, functions, numbers that are not finite, classes.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON spelling`)
      return JSON.stringify(value)
    case 'object':
      if (value === null) return 'null'
      if (isExactNumber(value)) return value.rawJSON
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
      return canonicalObject(value)
    default:
      throw new TypeError(`a ${typeof value} has no JSON spelling`)
  }
}

function canonicalObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('only plain objects are data')
  const fields = Object.entries(value).sort(([a], [b]) => compareCodePoints(a, b))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`
}

/**
 * Order by Unicode code point, which is also the order of UTF-8 bytes: what Python and Go sort by. JavaScript compares
 * UTF-16 units, which puts an emoji before U+FFFD.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (x === y) continue
    // Surrogates stand for code points above all other units.
    const [highX, highY] = [isSurrogate(x), isSurrogate(y)]
    return highX === highY ? x - y : highX ? 1 : -1
  }
  return a.length - b.length
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff
