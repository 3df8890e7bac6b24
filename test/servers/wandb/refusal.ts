import type { Json } from './schema.ts'

/** A sentence answered as a GraphQL error inside HTTP 200. */
export class Refusal extends Error {}

export function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Refusal(`expected a string, read ${JSON.stringify(value)}`)
  return value
}
export const textOrNull = (value: Json | undefined): string | null =>
  typeof value === 'string' ? value : null
