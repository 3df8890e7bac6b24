import { z } from 'zod'
import { lineageSchema } from '../lineage/graph.ts'
import { epochMs, errorInfoSchema, method, none } from './method.ts'

/** What the door says of where data came from and what was made of it. */

export const lineageProgressSchema = z.object({
  /** Artifacts and runs that the server was asked about, and how many are known to wait. */
  asked: z.int(),
  waiting: z.int(),
})

export const lineageMethods = {
  /** All that is known without a network: versions, what was sent, and what the server said when it was last asked. */
  'lineage.get': method(
    none,
    lineageSchema.extend({
      /** When the server was last asked to the end; null: never. */
      lookedAt: epochMs.nullable(),
      /** A project of a server is set, so it can be asked. */
      canLook: z.boolean(),
      running: lineageProgressSchema.nullable(),
    }),
  ),
  /**
   * Asks the server and keeps what it says, node by node: of everything that versions of this library were sent as and what
   * was made of it, or of what is around one node. Stops when the call is given up; what came until then stays. `CONFLICT`:
   * it is being asked already. `REMOTE_NOT_SET`, `AUTH_MISSING`, `LIB_READ_ONLY`.
   */
  'lineage.look': method(
    z.strictObject({ node: z.string().min(1).max(2000).nullable().default(null) }),
    z.object({
      asked: z.int(),
      /** Artifacts and runs that were not known before. */
      found: z.int(),
      /** How many were left out because there were too many. */
      left: z.int(),
      /** Why it ended early; what came until then is kept. */
      error: errorInfoSchema.nullable(),
    }),
  ),
} as const
