import { z } from 'zod'
import { errorInfoSchema } from '../host/host-api.ts'

/**
 * State of the attempt to deliver one artifact of one version: a row of `deliveries`. Its finished files are rows of
 * `delivery_files`. Losing it costs time, never a
 * version: what is owed is derived from receipts, and the remote is asked first.
 */
export const attemptSchema = z.strictObject({
  kind: z.enum(['waiting', 'sending', 'parked']),
  /** Made once, before the first call, and never again: by it the remote recognises a repeated try. */
  clientId: z.string().regex(/^[a-z0-9]{128}$/),
  sequenceClientId: z.string().regex(/^[a-z0-9]{128}$/),
  runName: z.string().regex(/^[\w-]{1,64}$/),
  runOpened: z.boolean(),
  startedAt: z.number(),
  /** Newest version index of the collection before the first try; -1 for none. */
  baseIndex: z.int(),
  artifactId: z.string().nullable(),
  manifestId: z.string().nullable(),
  isSealed: z.boolean(),
  failures: z.int(),
  notBefore: z.number(),
  error: errorInfoSchema.nullable(),
})
export type Attempt = z.infer<typeof attemptSchema>
