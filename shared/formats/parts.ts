/** A part ends on average after this many rows, and never has more than eight times as many. */
const meanRows = 64
export const mostRows = meanRows * 8

/**
 * What is cut: the rows of a list, or the list of its parts. The two begin their hash at different numbers, or the keys
 * that end parts, being all that the second list has, would end that one too.
 */
export type PartLevel = 'rows' | 'parts'
const basis: Readonly<Record<PartLevel, number>> = { rows: 0x811c9dc5, parts: 0x9e3779b9 }

/**
 * Cuts a sorted list into parts at places that its keys choose. Two lists that differ in a few rows therefore share all
 * parts but those around the differences, wherever rows came or went; stored by content, what is shared costs nothing.
 * The parts in order are the list; an empty list has none.
 */
export function* cutParts<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  level: PartLevel = 'rows',
): Generator<T[]> {
  for (let start = 0; start < rows.length; ) {
    let end = start
    do end++
    while (end < rows.length && !endsPart(keyOf(rows[end - 1]!), end - start, level))
    yield rows.slice(start, end)
    start = end
  }
}

/** Whether a part with so many rows ends after the one with this key, whatever comes next. */
export function endsPart(key: string, rows: number, level: PartLevel = 'rows'): boolean {
  return rows >= mostRows || hashOf(key, basis[level]) < 2 ** 32 / meanRows
}

/** FNV-1a over UTF-16 units, its upper bits: the lower ones follow the last characters too closely. */
function hashOf(key: string, start: number): number {
  let hash = start
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
