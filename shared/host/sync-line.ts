import { z } from 'zod'
import { epochMs } from './method.ts'

/** What happened, in a plain sentence without secrets. */
export const syncLineSchema = z.object({
  /** Grows from line to line. */
  seq: z.int(),
  at: epochMs,
  kind: z.enum(['sent', 'problem', 'network', 'choice', 'note']),
  text: z.string(),
  /** How often in a row. */
  times: z.int(),
  code: z.string().optional(),
  files: z.int().optional(),
  bytes: z.number().optional(),
  ms: z.number().optional(),
})
