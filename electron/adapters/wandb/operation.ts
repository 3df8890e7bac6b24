import type { z } from 'zod'

/**
 * One GraphQL operation: its document, the variables that it declares, and what is read of its answer. All that is ever
 * asked of a W&B server over GraphQL stands in `documents.ts`, `lineage-documents.ts` and `browse-documents.ts`. A variable
 * of the wrong type fails the whole request there, so every document is held against a schema, and its variables with it,
 * in `test/servers/wandb`.
 */
export type Operation<V, A> = {
  readonly text: string
  readonly answer: z.ZodType<A>
  /** Only for the compiler: what `text` declares. */
  readonly variables?: V
}
export const operation =
  <V>() =>
  <A>(text: string, answer: z.ZodType<A>): Operation<V, A> => ({ text, answer })

export type Id = string
/** Text that holds JSON. */
export type JsonText = string
export type Place = { readonly entity: string; readonly project: string }
