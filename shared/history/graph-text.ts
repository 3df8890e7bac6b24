import type { GraphLayout, GraphRow } from './graph-layout.ts'

/** One version of a drawing in text: what stands left of its own line, and left of each line below it. */
export type GraphText = {
  readonly id: string
  readonly first: string
  readonly below: string
  readonly joint: string | null
}

/**
 * A drawing of a history for a terminal: `*` is a version, `|` a lane that goes on, `/` and `\` lead from one lane to
 * another in `joint`, the line between this version and the next; null when every line goes straight down.
 */
export function graphText({ rows, width }: GraphLayout): GraphText[] {
  return rows.map((row) => ({
    id: row.id,
    first: trimmed(width, (lane) => (lane === row.lane ? '*' : row.passing.includes(lane) ? '|' : ' ')),
    below: trimmed(width, (lane) => (row.lines.some(({ from }) => from === lane) ? '|' : ' ')),
    joint: jointOf(row, width),
  }))
}

function trimmed(width: number, sign: (lane: number) => string): string {
  return Array.from({ length: width }, (_, lane) => sign(lane))
    .join(' ')
    .trimEnd()
}

function jointOf({ lines }: GraphRow, width: number): string | null {
  if (lines.every(({ from, to }) => from === to)) return null
  const signs = new Array<string>(width * 2).fill(' ')
  for (const { from, to } of lines) {
    if (from === to) signs[from * 2] = '|'
  }
  for (const { from, to } of lines) {
    if (from === to) continue
    const [left, right] = from < to ? [from, to] : [to, from]
    for (let x = left * 2 + 1; x < right * 2; x++) if (signs[x] === ' ') signs[x] = '_'
    if (from < to) signs[right * 2 - 1] = '\\'
    else signs[left * 2 + 1] = '/'
  }
  return signs.join('').trimEnd()
}
