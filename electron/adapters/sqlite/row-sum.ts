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

/** Whether a row read with all its columns, `row_sum` last, is what was written. */
export function rowSumHolds(row: Record<string, unknown>): boolean {
  const { row_sum: sum, ...rest } = row
  return sum === rowSum(Object.values(rest) as SqlValue[])
}
