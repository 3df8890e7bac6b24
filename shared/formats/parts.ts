/** A part ends on average after this many rows, and never has more than eight times as many. */
const meanRows = 256
const mostRows = meanRows * 8

/**
 * Cuts a sorted list into parts at places that its keys choose. Two lists that differ in a few rows therefore share all
 * parts but those around the differences, wherever rows came or went; stored by content, what is shared costs nothing.
 * The parts in order are the list; an empty list has none.
 */
export function* cutParts<T>(rows: readonly T[], keyOf: (row: T) => string): Generator<T[]> {
  for (let start = 0; start < rows.length; ) {
    let end = start
    do end++
    while (end < rows.length && end - start < mostRows && !endsPart(keyOf(rows[end - 1]!)))
    yield rows.slice(start, end)
    start = end
  }
}

/** FNV-1a over UTF-16 units, its upper bits: the lower ones follow the last characters too closely. */
function endsPart(key: string): boolean {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash >>> 0 < 2 ** 32 / meanRows
}
