import { hash } from 'node:crypto'

export type SqlValue = string | number | bigint | null

/**
 * The checksum that label-bearing rows carry: first 16 bytes, in hex, of SHA-256 over the values in column order,
 * each as JSON and ended by a newline. SQLite's own checks notice few single-bit flips in a row; this notices all.
 */
export function rowSum(values: readonly SqlValue[]): string {
  let text = ''
  for (const value of values) text += `${JSON.stringify(typeof value === 'bigint' ? Number(value) : value)}\n`
  return hash('sha256', text, 'hex').slice(0, 32)
}

/**
 * Whether a row read with all its columns is what was written. Columns after `row_sum` came with a later step of the
 * schema: they count where they are not null, so that rows from before it hold.
 */
export function rowSumHolds(row: Record<string, unknown>): boolean {
  return row.row_sum === rowSum(summedValues(Object.entries(row) as [string, SqlValue][]))
}

function summedValues(columns: readonly (readonly [name: string, value: SqlValue])[]): SqlValue[] {
  const end = columns.findIndex(([name]) => name === 'row_sum')
  return columns.flatMap(([, value], i) => (i < end || (i > end && value !== null) ? [value] : []))
}
