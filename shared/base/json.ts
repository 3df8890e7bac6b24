/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** How deep and how large JSON from outside may be. */
export type JsonBounds = { readonly depth: number; readonly nodes: number }
export const usualJsonBounds: JsonBounds = { depth: 64, nodes: 4_000_000 }

/** What is wrong with the size of parsed JSON, null when nothing is. Never recurses. */
export function jsonExcess(value: unknown, { depth, nodes }: JsonBounds = usualJsonBounds): string | null {
  let level: unknown[] = [value]
  let seen = 1
  for (let at = 1; level.length > 0; at++) {
    if (at > depth + 1) return `more than ${depth} levels`
    const next: unknown[] = []
    for (const item of level) {
      if (item === Number.POSITIVE_INFINITY || item === Number.NEGATIVE_INFINITY) return 'an endless number'
      if (typeof item !== 'object' || item === null) continue
      const inner: unknown[] = Array.isArray(item) ? item : Object.values(item)
      seen += inner.length
      if (seen > nodes) return `more than ${nodes} values`
      for (const one of inner) if (typeof one !== 'string') next.push(one)
    }
    level = next
  }
  return null
}
