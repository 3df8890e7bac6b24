/**
 * JSON of another program, kept as it came: a whole number that JavaScript would round (a time in nanoseconds) stays the
 * digits it was written with. Such a number is an `ExactNumber`; `canonicalJson` and `JSON.stringify` write its digits.
 */
export type ExactNumber = { readonly rawJSON: string }
export type Json = string | number | boolean | null | readonly Json[] | JsonRecord
/** An `ExactNumber` looks like one too: `isJsonRecord` tells them apart. */
export type JsonRecord = { readonly [key: string]: Json }

type ExactJson = {
  parse(
    text: string,
    revive: (key: string, value: unknown, context?: { source?: string }) => unknown,
  ): unknown
  /** Not in every browser: there such numbers are rounded, and nothing is written back. */
  rawJSON?(text: string): ExactNumber
  isRawJSON?(value: unknown): value is ExactNumber
}
const exact = JSON as unknown as ExactJson

const wholeNumber = /^-?\d+$/
const longNumber = /(?<![.\d])\d{16}|\d[eE]\+?\d{3}/

/** Throws SyntaxError on what is no JSON, RangeError on what is nested too deeply. */
export function parseExactJson(text: string): Json {
  // Without such a number the plain way is many times faster.
  if (!longNumber.test(text)) return JSON.parse(text) as Json
  return exact.parse(text, (_key, value, context) => {
    const source = context?.source
    if (typeof value !== 'number' || source === undefined || !exact.rawJSON) return value
    // 1e400 is JSON, and no number that there is.
    if (!Number.isFinite(value)) return exact.rawJSON(source)
    return wholeNumber.test(source) && String(value) !== source && source !== '-0'
      ? exact.rawJSON(source)
      : value
  }) as Json
}

/** A number that is kept as its digits. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return exact.isRawJSON?.(value) ?? false
}

export function isJsonRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value)
}
